import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterEach, expect } from 'vitest';
import { useLaunched } from './browser.ts';
import { hearComplaints } from './complaints.ts';

/** How someone looks at the page. */
export interface Viewer {
  readonly locale?: 'en' | 'zh-CN';
  readonly scheme?: 'light' | 'dark';
  readonly isPhone?: boolean;
}

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

/** What a browser says of a gateway that is not there. */
const OUTAGE = /ERR_(CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|FAILED)|WebSocket connection|did not get/;

/** What a browser says of what is asked for without the token, or of trying to sign in in vain. */
const SIGNED_OUT = /status of (401|404|429)/;

/**
 * Opens pages, each in a browser of its own, and closes them after the test, which fails where one of them complained of
 * anything.
 *
 * @param origin which alone they may ask
 */
export function useViewers(origin: () => string) {
  const browser = useLaunched();
  const pages: Page[] = [];
  const complaints: string[] = [];
  let expected: readonly RegExp[] = [];

  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    const unexpected = complaints.splice(0).filter((complaint) => !expected.some((kind) => kind.test(complaint)));
    expected = [];
    expect(unexpected).toEqual([]);
  });

  /** @param address the query string */
  async function open(address: string, viewer: Viewer = {}): Promise<Page> {
    const context = await browser().newContext(optionsOf(viewer));
    hearComplaints(context, origin, (complaint) => complaints.push(complaint));
    const page = await context.newPage();
    pages.push(page);
    await page.goto(`${origin()}/${address}`);
    return page;
  }

  /** From here on, until the test is over, browsers may say that nobody answers. */
  function expectOutage(): void {
    expected = [...expected, OUTAGE];
  }

  /** From here on, until the test is over, browsers may say that the gateway refuses those who have to sign in. */
  function expectSignIn(): void {
    expected = [...expected, SIGNED_OUT];
  }

  return { open, expectOutage, expectSignIn };
}

function optionsOf({ locale = 'en', scheme = 'light', isPhone = false }: Viewer): BrowserContextOptions {
  return {
    locale,
    colorScheme: scheme,
    viewport: isPhone ? PHONE : DESKTOP,
    isMobile: isPhone,
    hasTouch: isPhone,
  };
}
