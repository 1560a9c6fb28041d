import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent, type TestStorage } from '../support/storage.ts';
import { browserPath, useBrowser } from './browser.ts';
import { useComplaints } from './complaints.ts';

describe.skipIf(browserPath === undefined)('GraphiQL in a browser', { timeout: 60_000 }, () => {
  let storage: TestStorage;
  let gateway: TestGateway;
  let page: Page;
  const browser = useBrowser();
  const complaints = useComplaints(browser, () => gateway.url);

  beforeAll(async () => {
    storage = await makeStorage();
    await storage.addRun('run-1', { meta: { alias: 'first' }, events: [metricsEvent(1, { loss: Number.NaN })] });
    gateway = await startTestGateway(storage);
  }, 60_000);
  afterAll(async () => {
    await gateway.close();
    await storage.remove();
  });

  beforeEach(async () => {
    page = await browser().newPage();
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
    expect(complaints()).toEqual([]);
  });

  it('greets a newcomer with a query that shows what there is', async () => {
    // Who was here before is shown what they left.
    await page.addInitScript(() => localStorage.clear());
    await open('');
    await run('"alias": "first"');
    await page.getByRole('region', { name: 'Result Window' }).getByText('"name": "loss"').waitFor();
    expect(complaints()).toEqual([]);
  });

  it('runs what is typed', async () => {
    // Not the opening braces: the editor may close them by itself.
    await open(`?query=${encodeURIComponent('{ runs { nodes {')}`);
    await page.getByRole('region', { name: 'Operation Editor' }).getByRole('textbox').focus();
    await page.keyboard.press('End');
    await page.keyboard.type(' alias } } }');
    await run('"alias": "first"');
    expect(complaints()).toEqual([]);
  });

  it('follows a log over its WebSocket', async () => {
    const subscription =
      'subscription { logs(runId: "run-1") { ... on LogBatch { lines } ... on StreamEnd { status } } }';
    await open(`?query=${encodeURIComponent(subscription)}`);
    await run('"status": "FINISHED"');
    expect(complaints()).toEqual([]);
  });

  it('documents the schema', async () => {
    await open('');
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.getByRole('link', { name: 'Query' }).click();
    await page.getByText('A page of the runs that meet a filter').waitFor();
    expect(complaints()).toEqual([]);
  });
});
