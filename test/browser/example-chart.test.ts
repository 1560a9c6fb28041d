import { appendFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createViteServer } from 'vitest/node';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent, START, type TestStorage } from '../support/storage.ts';
import { useTemporaryDirectory } from '../support/temporary-directory.ts';
import { browserPath, useBrowser } from './browser.ts';

const STEPS = 5000;
const SPIKE = 2345;

describe.skipIf(browserPath === undefined)('the chart of the TypeScript example', () => {
  const browser = useBrowser();
  const cacheDir = useTemporaryDirectory();
  let storage: TestStorage;
  let gateway: TestGateway;
  let directory: string;
  let vite: Awaited<ReturnType<typeof createViteServer>>;

  beforeAll(async () => {
    storage = await makeStorage();
    const losses = Array.from({ length: STEPS }, (_, i) => 100 / (i + 100) + (i + 1 === SPIKE ? 5 : 0));
    const events = losses.map((loss, i) => metricsEvent(i + 1, { loss }));
    directory = await storage.addRun('long', { status: { status: 'running', started_at: START }, events });
    await storage.addRun('short', { events: events.slice(0, 1000).filter((_, i) => i % 2 === 0) });
    gateway = await startTestGateway(storage);
    vite = await createViteServer({
      root: fileURLToPath(new URL('../../examples/typescript', import.meta.url)),
      cacheDir: cacheDir(),
      configFile: false,
      logLevel: 'error',
      server: { host: '127.0.0.1', port: 0 },
    });
    await vite.listen();
  });
  afterAll(async () => {
    await vite.close();
    await gateway.close();
    await storage.remove();
  });

  /** The page, its chart drawn. */
  async function open(query: string): Promise<Page> {
    const page = await browser().newPage();
    const answered = page.waitForResponse((response) => response.url() === `${gateway.url}/graphql`);
    await page.goto(`${vite.resolvedUrls?.local[0]}?gateway=${gateway.url}&${query}`);
    await answered;
    return page;
  }

  /** What the legend shows of the place at a share of the chart's width: the step, and the value of each curve. */
  async function valuesAt(page: Page, share: number): Promise<readonly string[]> {
    const { x, y, width, height } = await boxOf(page);
    await page.mouse.move(x + Math.min(width * share, width - 1), y + height / 2);
    return page.locator('.u-value').allTextContents();
  }

  async function valuesBetween(page: Page, from: number, to: number): Promise<readonly (readonly string[])[]> {
    const values: (readonly string[])[] = [];
    for (let share = from; share <= to; share += 0.005) values.push(await valuesAt(page, share));
    return values;
  }

  async function dragOver(page: Page, from: number, to: number): Promise<void> {
    const { x, y, width, height } = await boxOf(page);
    await page.mouse.move(x + width * from, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width * to, y + height / 2, { steps: 3 });
    await page.mouse.up();
  }

  async function boxOf(page: Page) {
    const box = await page.locator('.u-over').boundingBox();
    if (box === null) throw new Error('there is no chart');
    return box;
  }

  it('has two runs along one axis, zooms to every step of a range, and goes on while a run trains', async () => {
    const page = await open('run=long&run=short&column=loss');
    await expect.poll(() => valuesAt(page, 1)).toEqual(['5,000', '0.02', '0.091']);
    expect(await page.locator('.u-label').allTextContents()).toEqual(['step', 'loss long', 'loss short']);

    await dragOver(page, 0.46, 0.48);
    // Every step, of which there had been one in four.
    const around = Array.from({ length: 5 }, (_, i) => [`2,${SPIKE - 2002 + i}`, i === 2 ? '5.041' : '0.041', '--']);
    await expect.poll(() => valuesBetween(page, 0.4, 0.5)).toEqual(expect.arrayContaining(around));

    await page.locator('.u-over').dblclick();
    await expect.poll(() => valuesAt(page, 1)).toEqual(['5,000', '0.02', '0.091']);
    await appendFile(`${directory}/events.jsonl`, `${JSON.stringify(metricsEvent(6000, { loss: 0.5 }))}\n`);
    await expect.poll(() => valuesAt(page, 1)).toEqual(['6,000', '0.5', '0.091']);
  });

  it('thins what it shows again, when many rows have come', async () => {
    const page = await open('run=long&column=loss');
    await expect.poll(async () => (await valuesAt(page, 1))[0]).not.toBe('--');
    const asked = page.waitForRequest(`${gateway.url}/graphql`);
    const lines = Array.from({ length: 6000 }, (_, i) => JSON.stringify(metricsEvent(10_000 + i, { loss: 0.25 })));
    await appendFile(`${directory}/events.jsonl`, `${lines.join('\n')}\n`);
    expect((await asked).postDataJSON().variables.downsample.points).toBeGreaterThan(100);
    await expect.poll(() => valuesAt(page, 1)).toEqual(['15,999', '0.25']);
  });

  it('says what is wrong', async () => {
    const page = await open('run=nope');
    await expect.poll(() => page.locator('body').textContent()).toContain("there is no run 'nope'");
  });
});
