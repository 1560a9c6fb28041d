import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../support/storage.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';
import { findTool } from '../support/tools.ts';

const BROWSERS = [
  '/usr/bin/chromium',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];
const browserPath = findTool('Chromium', BROWSERS, ['--version']);

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

describe.skipIf(browserPath === undefined)('GraphiQL in a browser', { timeout: 60_000 }, () => {
  let storage: TestStorage;
  let gateway: TestGateway;
  let browser: BrowserContext;
  let page: Page;
  /** What was asked of others than the gateway, and what the page complained of. */
  let complaints: string[];
  const profile = useTemporaryDirectory();

  beforeAll(async () => {
    storage = await makeStorage();
    await storage.addRun('run-1', { meta: { alias: 'first' }, events: [metricsEvent(1, { loss: Number.NaN })] });
    gateway = await startTestGateway(storage);
    browser = await chromium.launchPersistentContext(profile(), { executablePath: browserPath ?? '', args: FLAGS });
    browser.on('request', (request) => {
      const url = request.url();
      if (!/^(data|blob):/.test(url) && new URL(url).origin !== gateway.url) complaints.push(`asked for ${url}`);
    });
    browser.on('requestfailed', (request) => complaints.push(`did not get ${request.url()}`));
    browser.on('weberror', (error) => complaints.push(String(error.error())));
    browser.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await gateway.close();
    await storage.remove();
  });

  beforeEach(async ({ onTestFailed }) => {
    complaints = [];
    onTestFailed(() => console.error(complaints));
    page = await browser.newPage();
  });
  afterEach(() => page.close());

  async function open(query: string): Promise<void> {
    await page.goto(`${gateway.url}/graphql${query}`);
    await page.getByRole('region', { name: 'Operation Editor' }).getByRole('textbox').waitFor();
  }

  /** Runs what is in the editor, and waits until the answer shows `text`. */
  async function run(text: string): Promise<void> {
    await page.getByRole('button', { name: 'Execute query' }).click();
    await page.getByRole('region', { name: 'Result Window' }).getByText(text).waitFor();
  }

  it('runs the query of its address and shows the answer, offline', async () => {
    const query = '{ run(runId: "run-1") { metricsStep(columns: ["loss"]) { series { nonFinite { value } } } } }';
    await open(`?query=${encodeURIComponent(query)}`);
    await run('"value": "NAN"');
    expect(complaints).toEqual([]);
  });

  it('runs what is typed', async () => {
    // Not the opening braces: the editor may close them by itself.
    await open(`?query=${encodeURIComponent('{ runs { nodes {')}`);
    await page.getByRole('region', { name: 'Operation Editor' }).getByRole('textbox').focus();
    await page.keyboard.press('End');
    await page.keyboard.type(' alias } } }');
    await run('"alias": "first"');
    expect(complaints).toEqual([]);
  });

  it('documents the schema', async () => {
    await open('');
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByRole('link', { name: 'Query' }).click();
    await page.getByText('All runs, newest first').waitFor();
    expect(complaints).toEqual([]);
  });
});
