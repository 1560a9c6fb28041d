import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent, START, type TestStorage } from '../support/storage.ts';
import { browserPath } from './browser.ts';
import { useViewers } from './viewers.ts';

const UNREACHABLE = 'The gateway does not answer';

describe.skipIf(browserPath === undefined)('the page where something is missing', { timeout: 60_000 }, () => {
  let storage: TestStorage;
  let gateway: TestGateway;

  beforeEach(async () => {
    storage = await makeStorage();
    gateway = await startTestGateway(storage);
  });
  afterEach(async () => {
    await gateway.close();
    await storage.remove();
  });
  // Behind that, so that its pages are closed before.
  const { open, expectOutage } = useViewers(() => gateway.url);

  async function addRun(id: string): Promise<string> {
    return storage.addRun(id, {
      status: { status: 'running', started_at: START },
      events: [metricsEvent(1, { loss: 3 }), metricsEvent(2, { loss: 2 })],
      files: { 'logs.txt': 'step 1\nstep 2\n' },
    });
  }

  const alert = (page: Page) => page.getByRole('alert');
  const chart = (page: Page) => page.getByRole('slider', { name: 'Place in loss' });

  const VIEWS: readonly { readonly address: string; readonly shown: (page: Page) => Promise<void> }[] = [
    { address: '', shown: (page) => page.getByRole('link', { name: 'run-1', exact: true }).waitFor() },
    { address: '?view=charts&runs=run-1', shown: (page) => chart(page).waitFor() },
    { address: '?view=logs&log=run-1', shown: (page) => page.getByText('step 2').waitFor() },
  ];

  it('says in each view that the gateway does not answer, and shows what there is once it does', async () => {
    await addRun('run-1');
    expectOutage();
    const pages: Page[] = [];
    let isUp = false;
    for (const { address } of VIEWS) {
      const page = await open('?text=nothing');
      // The page is there, as from the browser's cache, but what it asks for is not.
      await page.route('**/graphql', (route) => (isUp ? route.continue() : route.abort()));
      await page.routeWebSocket(/graphql/, (socket) => (isUp ? socket.connectToServer() : socket.close()));
      await page.goto(`${gateway.url}/${address}`);
      await alert(page).getByText(UNREACHABLE).waitFor();
      await alert(page).getByRole('button', { name: 'Try again' }).waitFor();
      pages.push(page);
    }
    isUp = true;
    for (const [index, page] of pages.entries()) {
      await VIEWS[index]?.shown(page);
      expect(await alert(page).count()).toBe(0);
    }
  });

  it('names a run that is gone, shows the others, and leads to the list', async () => {
    await addRun('run-1');
    const page = await open('?view=charts&runs=gone,run-1');
    await chart(page).waitFor();
    await page.getByRole('list', { name: 'Runs' }).getByText('not found').waitFor();
    await page.getByRole('region', { name: 'loss', exact: true }).getByText('There is no such run').waitFor();

    await page.getByRole('link', { name: 'Log of gone' }).click();
    await alert(page).getByText('It may have been deleted, or lie in another storage.').waitFor();
    expect(await page.locator('footer').textContent()).not.toContain('Live');
    await alert(page).getByRole('link', { name: 'List of runs' }).click();
    await expect.poll(() => page.getByRole('checkbox', { name: 'Compare run-1' }).isChecked()).toBe(true);
  });

  it('says which file of a run cannot be read, and shows it once it can', async () => {
    const directory = await addRun('run-1');
    const events = join(directory, 'events.jsonl');
    await rm(events);
    await mkdir(events);
    const page = await open('?view=charts&runs=run-1');
    await alert(page).getByText('A file of the run cannot be read').waitFor();
    await alert(page).getByText('events.jsonl').waitFor();
    await rm(events, { recursive: true });
    await writeFile(events, `${JSON.stringify(metricsEvent(1, { loss: 1 }))}\n`);
    await page.getByRole('button', { name: 'Try again' }).click();
    await chart(page).waitFor();
    expect(await alert(page).count()).toBe(0);
  });

  it('says that one asks for more than one may, and by which limit', async () => {
    await addRun('run-1');
    await gateway.close();
    gateway = await startTestGateway(storage, { limits: { subscriptions: 0 } });
    const page = await open('?view=logs&log=run-1');
    await alert(page).getByText('You ask for more than one may at once').waitFor();
    expect(await alert(page).textContent()).toContain('subscriptions: 0 at a time are all that a client may have');
  });

  it('says of an empty storage in each view how runs come, and shows the first one', async () => {
    const [charts, logs] = [await open('?view=charts'), await open('?view=logs')];
    await charts.getByText('The storage has no runs yet.').waitFor();
    await logs.getByText('No run is chosen yet').waitFor();
    await addRun('run-1');
    await charts.getByRole('link', { name: 'run-1' }).click();
    await chart(charts).waitFor();
    expect(new URL(charts.url()).searchParams.get('runs')).toBe('run-1');
  });

  it('draws what a run logs first, where it has logged nothing', async () => {
    const directory = await storage.addRun('run-1', { status: { status: 'running', started_at: START } });
    const page = await open('?view=charts&runs=run-1');
    await page.getByText('These runs have logged no numbers along this axis.').waitFor();
    await writeFile(join(directory, 'events.jsonl'), `${JSON.stringify(metricsEvent(1, { loss: 1 }))}\n`);
    await chart(page).waitFor();
    expect(await page.getByText('These runs have logged no numbers along this axis.').count()).toBe(0);
  });

  it('says that a search of a log finds nothing', async () => {
    await addRun('run-1');
    const page = await open('?view=logs&log=run-1');
    await page.getByText('step 2').waitFor();
    await page.getByRole('searchbox').fill('step 3');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('footer').getByRole('status').textContent()).toBe('No line has “step 3”');
  });
});
