import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { afterAll, beforeAll } from 'vitest';
import { findTool } from '../support/tools.ts';

const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** Undefined where there is none, which is said. */
export const browserPath = findTool('Chromium', BROWSERS, ['--version']);

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // No other host than this machine can be reached, whoever asks for it.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** A browser for the tests of one file, whose pages share what browsers keep. @returns it; not before the first test */
export function useBrowser(): () => BrowserContext {
  const launched = useLaunched();
  let context: BrowserContext;
  beforeAll(async () => {
    context = await launched().newContext();
  });
  return () => context;
}

/** The same, for tests that look at the page as several people do. */
export function useLaunched(): () => Browser {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: browserPath ?? '', args: FLAGS });
  }, 60_000);
  afterAll(() => browser.close());
  return () => browser;
}
