import { appendFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator, Page, Request } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { makeStorage, metricsEvent, START, type TestStorage } from '../support/storage.ts';
import { browserPath, useBrowser } from './browser.ts';

const STEPS = 20_000;
/** Two steps are high, and the one between them is not: too near to each other to be told apart from afar. */
const SPIKES: Readonly<Record<number, number>> = { 12345: 90, 12347: 80 };
const BLOW_UP: Readonly<Record<number, number>> = {
  3000: Number.NaN,
  3001: Number.NaN,
  4000: Number.POSITIVE_INFINITY,
  4400: Number.NEGATIVE_INFINITY,
};

describe.skipIf(browserPath === undefined)('the charts', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  let storage: TestStorage;
  let gateway: TestGateway;
  let page: Page;

  beforeAll(async () => {
    storage = await makeStorage();
    await storage.addRun('long', {
      meta: { alias: 'baseline', created_at: START },
      files: { 'assets.json': { config: { lr: 0.1, seed: 7, optimizer: { name: 'sgd' } } } },
      events: Array.from({ length: STEPS }, (_, i) =>
        metricsEvent(
          i + 1,
          {
            'train/loss': SPIKES[i + 1] ?? (i % 2) + 1,
            'train/accuracy': (i + 1) / STEPS,
            epoch: (i + 1) / 1000,
            stage: i < 5000 ? 'warmup' : 'train',
          },
          START + i * 0.5,
        ),
      ),
    });
    await storage.addRun('short', {
      meta: { alias: 'shorter', created_at: START },
      files: { 'assets.json': { config: { lr: 0.2, seed: 7 } } },
      events: Array.from({ length: 500 }, (_, i) => {
        const step = (i + 1) * 10;
        return metricsEvent(step, { 'train/loss': BLOW_UP[step] ?? 5, epoch: step / 1000 }, START + 3600 + step);
      }).concat(Object.entries(BLOW_UP).map(([step, loss]) => metricsEvent(Number(step), { 'train/loss': loss }))),
    });
    await storage.addRun('nameless', {
      meta: { created_at: START - 1 },
      files: { 'assets.json': { config: { lr: 0.3, seed: 8, optimizer: { name: 'adam' }, warmup: 100 } } },
      events: [metricsEvent(1, { 'train/loss': 2 })],
    });
    await storage.addRun('wide', {
      events: [1, 2].map((step) =>
        metricsEvent(step, Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`layer/${i}`, i * step]))),
      ),
    });
    await storage.addRun('odd', {
      events: [
        metricsEvent(1, { point: 3, constant: 7, sign: -1, tiny: 2e-9 }),
        metricsEvent(2, { constant: 7, sign: 0, tiny: 1e-9 }),
        metricsEvent(3, { constant: 7, sign: 10, tiny: 3e-9 }),
      ],
    });
    gateway = await startTestGateway(storage);
  }, 60_000);
  afterAll(async () => {
    await gateway.close();
    await storage.remove();
  });
  beforeEach(async () => {
    page = await browser().newPage();
    await page.setViewportSize({ width: 1200, height: 900 });
  });
  afterEach(() => page.close());

  async function open(query: string): Promise<void> {
    await page.goto(`${gateway.url}/?view=charts&${query}`);
  }

  function panel(metric: string): Locator {
    return page.getByRole('region', { name: metric, exact: true });
  }

  /** What takes the pointer, once the panel is drawn. */
  async function surface(metric: string): Promise<Locator> {
    const slider = panel(metric).getByRole('slider');
    await expect.poll(() => slider.getAttribute('aria-valuemax')).not.toBe('0');
    return slider;
  }

  /** The place of a point of a panel, at a share of its width, on the screen. */
  async function pixel(metric: string, share: number): Promise<{ readonly x: number; readonly y: number }> {
    const box = await (await surface(metric)).boundingBox();
    if (!box) throw new Error(`${metric} is not drawn`);
    return { x: box.x + Math.min(box.width * share, box.width - 1), y: box.y + box.height / 2 };
  }

  async function pointAt(metric: string, share: number): Promise<void> {
    const { x, y } = await pixel(metric, share);
    await page.mouse.move(x, y);
  }

  /** What a panel says of the cursor's place: a row a run, its cells from the run's name on. */
  async function values(metric: string): Promise<readonly (readonly string[])[]> {
    const rows = panel(metric).getByRole('table', { name: 'Values at the cursor' }).getByRole('row');
    const texts = await rows.evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    return texts.map(([, ...cells]) => cells);
  }

  async function drag(metric: string, from: number, to: number): Promise<void> {
    const [start, end] = [await pixel(metric, from), await pixel(metric, to)];
    await page.mouse.move(start.x, start.y);
    await page.mouse.down();
    await page.mouse.move(end.x, end.y, { steps: 4 });
    await page.mouse.up();
  }

  function searchParameter(name: string): string | null {
    return new URL(page.url()).searchParams.get(name);
  }

  it('overlays compared runs, and shows the values under the cursor in all panels', async () => {
    await open('runs=long,short');
    await pointAt('train/loss', 0.1);
    const named = async (metric: string) => (await values(metric)).map(([run, value]) => [run, value]);
    await expect
      .poll(() => named('train/loss'))
      .toEqual([
        ['shorter', '5'],
        ['baseline', expect.stringMatching(/^[12]$/)],
      ]);
    await expect.poll(() => named('train/accuracy')).toEqual([['baseline', expect.stringMatching(/^0\.1/)]]);
    const places = await page.locator('.plot-values > div').allTextContents();
    expect(new Set(places.map((place) => place.split(' · ')[0])).size).toBe(1);
    expect(places).toHaveLength(3);

    await pointAt('train/loss', 0.9);
    await expect.poll(async () => (await values('train/loss')).map(([run]) => run)).toEqual(['baseline']);
    await page.mouse.move(5, 5);
    await expect.poll(() => values('train/loss')).toEqual([]);
  });

  it('zooms by dragging until single steps are shown that could not be told apart, and back by a double click', async () => {
    await open('runs=long&metric=loss');
    await drag('train/loss', 0.6, 0.64);
    await expect.poll(() => searchParameter('range')).toMatch(/^1[12]\d\d\d.*\.\.1[23]\d\d\d/);
    await drag('train/loss', 0.35, 0.65);
    const slider = await surface('train/loss');
    await slider.focus();
    await expect
      .poll(async () => {
        await pointAt('train/loss', 0);
        const spoken = new Map<string, string>();
        // Over single steps, which two pixels or more are apart.
        for (let step = 0; step < 300; step++) {
          await page.keyboard.press('ArrowRight');
          const [place, value] = (await slider.getAttribute('aria-valuetext'))?.split(', ') ?? [];
          if (place && value) spoken.set(place, value);
          if (place === 'step 12,348') break;
        }
        return [12_345, 12_346, 12_347].map((step) => spoken.get(`step ${step.toLocaleString('en')}`));
      })
      .toEqual(['baseline 90', 'baseline 2', 'baseline 80']);

    await slider.dblclick();
    await expect.poll(() => searchParameter('range')).toBeNull();
    await expect.poll(() => slider.getAttribute('aria-valuemax')).toBe('20000');
    await page.goBack();
    await expect.poll(() => searchParameter('range')).toMatch(/\.\./);
  });

  it('tells no values after a zoom, which moved them from below the pointer, until it moves', async () => {
    await open('runs=short&metric=loss');
    for (const [from, to] of [
      [0.2, 0.8],
      [0.7, 0.25],
    ] as const) {
      const before = searchParameter('range');
      await drag('train/loss', from, to);
      await expect.poll(() => searchParameter('range')).not.toBe(before);
      expect(await page.locator('.plot-crosshair').count()).toBe(0);
      await pointAt('train/loss', 0.5);
      await page.locator('.plot-crosshair').waitFor();
    }
  });

  it('does not zoom in further than there are places to tell apart', async () => {
    const range = '5000..5000.00000001';
    await open(`runs=long&metric=loss&range=${range}`);
    await drag('train/loss', 0.4, 0.45);
    expect(searchParameter('range')).toBe(range);
    await drag('train/loss', 0.1, 0.9);
    await expect.poll(() => searchParameter('range')).toMatch(/^5000\.00000000\d*\.\.5000\.00000000[89]/);
  });

  it('enlarges the panel of a metric without a name', async () => {
    await storage.addRun('unnamed', { events: [metricsEvent(1, { '': 1, loss: 2 })] });
    await open('runs=unnamed');
    await surface('loss');
    const unnamed = page.locator('[data-metric=""]');
    await unnamed.getByRole('heading', { name: '""' }).waitFor();
    await unnamed.getByRole('button', { name: 'Enlarge' }).click();
    await page.getByRole('button', { name: 'Back to all panels' }).waitFor();
    await expect.poll(() => page.locator('[data-metric]').count()).toBe(1);
  });

  it('moves along the axis by Shift and a drag, and by a trackpad, all panels together', async () => {
    await open('runs=long&range=5000..6000');
    const { x, y } = await pixel('train/loss', 0.5);
    const start = () => searchParameter('range')?.match(/^\d+/)?.[0];
    const quarter = ((await (await surface('train/loss')).boundingBox())?.width ?? 0) / 4;
    await page.mouse.move(x, y);
    await page.keyboard.down('Shift');
    await page.mouse.down();
    await page.mouse.move(x - quarter, y);
    // Before the button is up, and before anything is asked for.
    for (const metric of ['train/loss', 'train/accuracy'])
      await expect
        .poll(async () => Math.round(Number(await (await surface(metric)).getAttribute('aria-valuemin'))))
        .toBe(5250);
    expect(start()).toBe('5000');
    await page.mouse.up();
    await page.keyboard.up('Shift');
    await expect.poll(start).toBe('5250');
    await page.mouse.wheel(quarter, 0);
    await expect.poll(start).toBe('5500');
  });

  it('shows the values as a whole wherever the pointer is', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await open('runs=long,short&smoothing=0.9');
    for (const share of [0.05, 0.4, 0.49, 0.51, 0.95]) {
      await pointAt('train/loss', share);
      const box = panel('train/loss').locator('.plot-values');
      await expect.poll(() => box.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
      const [inner, outer] = [await box.boundingBox(), await (await surface('train/loss')).boundingBox()];
      if (!inner || !outer) throw new Error('nothing is shown');
      expect(inner.x).toBeGreaterThanOrEqual(Math.floor(outer.x));
      expect(inner.x + inner.width).toBeLessThanOrEqual(Math.ceil(outer.x + outer.width));
    }
  });

  it('marks NaN and infinities at their steps, each with a shape of its own', async () => {
    await open('runs=short');
    const marks = panel('train/loss').getByRole('img');
    await marks.first().waitFor();
    const shown = await marks.evaluateAll((all) => all.map((mark) => [mark.ariaLabel, mark.textContent]));
    expect(shown).toEqual([
      ['shorter: +∞ at step 4,000', '▲'],
      ['shorter: NaN 2 times, from step 3,000 to 3,001', '✕2'],
      ['shorter: −∞ at step 4,400', '▼'],
    ]);
    await panel('train/loss').getByText('4 × NaN or ∞').waitFor();
    // Where it stands on the screen.
    const box = await marks.first().boundingBox();
    const place = await pixel('train/loss', (4000 - 10) / (5000 - 10));
    expect(Math.abs((box?.x ?? 0) + (box?.width ?? 0) / 2 - place.x)).toBeLessThan(2);
  });

  it('shows the gateway’s moving average, and what was logged behind it', async () => {
    await open('runs=long&metric=loss');
    await page.getByRole('slider', { name: 'Smoothing' }).fill('0.9');
    await expect.poll(() => searchParameter('smoothing')).toBe('0.9');
    await (await surface('train/loss')).focus();
    await page.keyboard.press('ArrowLeft');
    const query = `{ compareRuns(runIds: ["long"], columns: [], range: {from: ${STEPS}},
      derived: [{ema: {column: "train/loss", weight: 0.9}}]) { result { ... on MetricFrame { series { values } } } } }`;
    const answer = await gateway.request('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    const smooth = answer.body.match(/"values":\[([\d.]+)\]/)?.[1];
    expect(Number(smooth)).not.toBeNaN();
    await expect.poll(() => values('train/loss')).toEqual([['baseline', Number(smooth).toPrecision(5), '2']]);
  });

  it('has four axes, each in its own units', async () => {
    await open('runs=long&metric=loss');
    const lastPlace = async () => {
      await (await surface('train/loss')).focus();
      await page.keyboard.press('ArrowLeft');
      const [place] = await page.locator('.plot-values > div').allTextContents();
      // Where it was put for the axis before, it is not shown.
      await page.mouse.move(5, 5);
      return place;
    };
    await expect.poll(lastPlace).toContain('step 20,000');
    await page.getByText('Relative time').click();
    await expect.poll(lastPlace).toContain('2:46:39');
    await page.getByText('Epoch').click();
    await expect.poll(lastPlace).toContain('epoch 20');
    await page.getByText('Wall clock').click();
    const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' } as const;
    const end = new Date((START + (STEPS - 1) / 2) * 1000).toLocaleTimeString('en', clock);
    await expect.poll(lastPlace).toContain(end);
    expect(searchParameter('axis')).toBe('wall');
  });

  it('tells the stages of a run, and shades them', async () => {
    await open('runs=long,short&metric=loss');
    await pointAt('train/loss', 0.1);
    const text = () => page.locator('.plot-values').first().textContent();
    await expect.poll(text).toMatch(/^step 2,\d+ · baseline: warmup/);
    await pointAt('train/loss', 0.5);
    await expect.poll(text).toMatch(/^step 10,\d+ · baseline: train/);
    await expect.poll(() => painted('train/loss', '--hover')).toBeGreaterThan(1000);
  });

  it('has the stage that a run is in end with its curve, where others go on', async () => {
    const directory = await storage.addRun('staged', {
      meta: { alias: 'staged', created_at: START, hostname: 'elsewhere' },
      status: { status: 'running', started_at: START },
      events: Array.from({ length: 4000 }, (_, i) =>
        metricsEvent(i + 1, { 'train/loss': 2, stage: i < 100 ? 'warmup' : 'train' }, START + i),
      ),
    });
    await open('runs=staged,long&metric=loss');
    const place = page.locator('.plot-values > div').first();
    await pointAt('train/loss', 0.15);
    await expect.poll(() => place.textContent()).toMatch(/^step [23],\d+ · staged: train$/);
    await pointAt('train/loss', 0.5);
    await expect.poll(() => place.textContent()).toMatch(/^step 10,\d+$/);
    await rm(directory, { recursive: true });
  });

  it('lets no run step back for one that is hidden or removed', async () => {
    await open('runs=long,short&metric=loss');
    const other = page.getByRole('button', { name: 'shorter', exact: true });
    const painting = () => painted('train/loss', '--run-0');
    await surface('train/loss');
    await expect.poll(painting).toBeGreaterThan(100);
    await other.hover();
    await expect.poll(painting).toBeLessThan(20);
    await other.click();
    await expect.poll(painting).toBeGreaterThan(100);
    await other.click();
    await expect.poll(painting).toBeLessThan(20);
    await page.getByRole('button', { name: 'Remove shorter from the comparison' }).click();
    await expect.poll(painting).toBeGreaterThan(100);
  });

  it('draws a single point, a constant and tiny values, and says what a logarithmic scale leaves out', async () => {
    await open('runs=odd');
    for (const metric of ['point', 'constant', 'tiny', 'sign'])
      await expect.poll(() => painted(metric, '--run-0'), { message: metric }).toBeGreaterThan(5);
    await page.getByRole('button', { name: 'Log scale' }).click();
    await panel('sign').getByText('Values of 0 and below are not on a log scale').waitFor();
    await expect.poll(() => painted('sign', '--run-0')).toBeGreaterThan(2);
    expect(await panel('tiny').getByText('log scale').count()).toBe(0);
    await page.reload();
    expect(await page.getByRole('button', { name: 'Log scale' }).getAttribute('aria-pressed')).toBe('true');
  });

  it('ignores outliers, and tells how many points lie outside, of all that is visible', async () => {
    const loss = (step: number) => (step <= 1000 ? 1 + (step % 2) : 1.01 ** (step - 1000));
    const directory = await storage.addRun('outlying', {
      meta: { alias: 'outlying', created_at: START - 1, hostname: 'elsewhere' },
      status: { status: 'running', started_at: START },
      events: Array.from({ length: 1500 }, (_, i) =>
        metricsEvent(i + 1, { loss: loss(i + 1), dips: i === 700 ? -1e300 : 5 + (i % 2) }),
      ),
    });
    await open('runs=outlying');
    await surface('loss');
    // On how many rows of pixels the first third, where nothing is out of the way, is seen.
    const heightOfLine = () => heightPainted('loss', '--run-0', 1 / 3);
    const outside = (metric: string) => panel(metric).getByText(/points? (above|below)/);
    expect(await heightOfLine()).toBeLessThan(5);
    expect(await outside('loss').count()).toBe(0);

    await page.getByRole('button', { name: 'Ignore outliers' }).click();
    await expect.poll(heightOfLine).toBeGreaterThan(10);
    expect(searchParameter('ignoreOutliers')).toBe('1');
    const count = async () =>
      Number((await outside('loss').textContent())?.match(/^↑ (\d+) points above, up to 144\.77$/)?.[1]);
    // From step 1200 on, where it is four times as high as it mostly is, up to the last one.
    await expect.poll(count).toBeGreaterThan(250);
    await expect.poll(count).toBeLessThan(350);
    await panel('dips').getByText('↓ 1 point below, down to -1e300').waitFor();

    await appendFile(join(directory, 'events.jsonl'), `${JSON.stringify(metricsEvent(1501, { loss: 1e9 }))}\n`);
    await outside('loss').filter({ hasText: 'up to 1e9' }).waitFor();
    // What is not visible does not count.
    await page.goto(`${page.url()}&range=601..801`);
    await expect.poll(heightOfLine).toBeGreaterThan(100);
    expect(await outside('loss').count()).toBe(0);
    // However far away it is, the line leads out of the plot to it, and not on to the next one.
    const heightOfPlot = (await (await surface('dips')).boundingBox())?.height ?? 0;
    await expect.poll(() => heightPainted('dips', '--run-0', 1)).toBeGreaterThan(0.92 * heightOfPlot);
    await page.goto(`${gateway.url}/?view=charts&runs=outlying&ignoreOutliers=1&logScale=1&smoothing=0.9`);
    await expect.poll(heightOfLine).toBeGreaterThan(10);
    await outside('loss')
      .filter({ hasText: /^↑ \d+ points? above, up to 1e9$/ })
      .waitFor();
  });

  it('shows live points where it shows the end, and stays where one has zoomed in', async () => {
    const directory = await storage.addRun('live', {
      meta: { alias: 'live', created_at: START, hostname: 'elsewhere' },
      status: { status: 'running', started_at: START },
      events: [1, 2, 3, 4].map((step) => metricsEvent(step, { loss: step })),
    });
    const log = (step: number) =>
      appendFile(join(directory, 'events.jsonl'), `${JSON.stringify(metricsEvent(step, { loss: step }))}\n`);
    await open('runs=live');
    const slider = await surface('loss');
    const ends = async () => [await slider.getAttribute('aria-valuemin'), await slider.getAttribute('aria-valuemax')];
    await expect.poll(ends).toEqual(['1', '4']);
    await log(6);
    await expect.poll(ends).toEqual(['1', '6']);
    await pointAt('loss', 1);
    await expect.poll(() => values('loss')).toEqual([['live', '6']]);

    await page.goto(`${page.url()}&range=1..3`);
    await expect.poll(ends).toEqual(['1', '3']);
    const other = await browser().newPage();
    await other.goto(`${gateway.url}/?view=charts&runs=live`);
    await log(9);
    // Once others are told of it.
    await expect
      .poll(() => other.getByRole('slider', { name: 'Place in loss' }).getAttribute('aria-valuemax'))
      .toBe('9');
    await other.close();
    expect(await ends()).toEqual(['1', '3']);
  });

  it('asks only for panels that are looked at, of 500', async () => {
    const asked = new Set<string>();
    page.on('request', (request: Request) => {
      const metric: unknown = request.method() === 'POST' ? request.postDataJSON().variables.metric : undefined;
      if (typeof metric === 'string') asked.add(metric);
    });
    await open('runs=wide');
    await surface('layer/0');
    expect(await page.getByRole('region', { name: /^layer/ }).count()).toBe(500);
    expect(asked.size).toBeLessThan(30);
    expect(asked).not.toContain('layer/499');
    // Far ones have their names, to be found, and nothing else.
    expect(await panel('layer/499').textContent()).toBe('499⤢');
    expect(await panel('layer/499').locator('*').count()).toBeLessThan(5);
    await panel('layer/499').scrollIntoViewIfNeeded();
    await surface('layer/499');
    expect(asked.size).toBeLessThan(60);
    // An enlarged one leads back to where it stands.
    await page.getByRole('button', { name: 'Enlarge layer/499' }).click();
    await page.getByRole('button', { name: 'Back to all panels' }).click();
    await expect.poll(() => panel('layer/499').locator('canvas').count()).toBe(1);
    expect(await panel('layer/499').evaluate((element) => element.getBoundingClientRect().top < innerHeight)).toBe(
      true,
    );
    // Out of sight nothing is drawn.
    await expect.poll(() => panel('layer/0').locator('canvas').count()).toBe(0);
  });

  it('is the same again from its address', async () => {
    const parameters =
      'runs=long,short&hidden=short&range=100..900&smoothing=0.6&logScale=1&ignoreOutliers=1&metric=LOSS&panel=train/loss&parameters=all';
    await open(parameters);
    const slider = await surface('train/loss');
    expect(await slider.getAttribute('aria-valuemin')).toBe('100');
    expect(await slider.getAttribute('aria-valuemax')).toBe('900');
    expect(await page.getByRole('slider', { name: 'Smoothing' }).inputValue()).toBe('0.6');
    expect(await page.getByRole('searchbox').inputValue()).toBe('LOSS');
    expect(await page.getByRole('button', { name: 'shorter', exact: true }).getAttribute('aria-pressed')).toBe('false');
    await page.getByRole('button', { name: 'Back to all panels' }).waitFor();
    await page.getByRole('cell', { name: '7' }).first().waitFor();
    await pointAt('train/loss', 0.5);
    await expect.poll(async () => (await values('train/loss')).map(([run]) => run)).toEqual(['baseline']);
  });

  it('folds groups of panels, also that of metrics without a prefix', async () => {
    await open('runs=long,short');
    await surface('train/loss');
    for (const group of [/^train/, /^Other/]) await page.getByRole('button', { name: group }).click();
    await expect.poll(() => page.locator('[data-metric]').count()).toBe(0);
    await page.reload();
    await page.getByRole('button', { name: /^Other/, expanded: false }).click();
    await surface('epoch');
    expect(await page.locator('[data-metric]').count()).toBe(1);
    await open('runs=long,short&metric=epoch');
    await page.getByRole('button', { name: /^Metrics/ }).waitFor();
  });

  it('tells in the legend how a run without an alias differs from the others', async () => {
    await open('runs=long,nameless,gone');
    const entries = page.getByRole('list', { name: 'Runs' }).getByRole('listitem');
    await expect.poll(() => entries.nth(1).textContent()).toContain('namelesslr=0.3 optimizer.name=adam seed=8 …');
    expect(await entries.first().textContent()).not.toContain('lr=');
    await page.getByRole('button', { name: 'Remove baseline from the comparison' }).click();
    await expect.poll(() => entries.first().textContent()).not.toContain('lr=');
  });

  it('hides runs, removes them, and leads to their logs', async () => {
    await open('runs=long,short&metric=loss');
    await surface('train/loss');
    await expect.poll(() => painted('train/loss', '--run-1')).toBeGreaterThan(5);
    await page.getByRole('button', { name: 'shorter', exact: true }).click();
    await expect.poll(() => painted('train/loss', '--run-1')).toBe(0);
    await page.getByRole('button', { name: 'Remove baseline from the comparison' }).click();
    // The other keeps its colour.
    expect(searchParameter('runs')).toBe(',short');
    await page.getByRole('button', { name: 'shorter', exact: true }).click();
    await expect.poll(() => painted('train/loss', '--run-1')).toBeGreaterThan(5);
    expect(await page.getByRole('link', { name: 'Log of shorter' }).getAttribute('href')).toContain('log=short');
  });

  it('draws in the colours that the system asks for', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await open('runs=long&metric=loss');
    await surface('train/loss');
    await expect.poll(() => painted('train/loss', '--run-0')).toBeGreaterThan(100);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => painted('train/loss', '--run-0')).toBeGreaterThan(100);
    // On paper, which is white, those of a light screen.
    await page.emulateMedia({ media: 'print' });
    await expect.poll(() => painted('train/loss', '--run-0')).toBeGreaterThan(100);
  });

  it('lists the hyperparameters that differ, or all', async () => {
    await open('runs=long,short');
    await page.getByRole('button', { name: 'Hyperparameters' }).click();
    const rows = page.getByRole('region', { name: 'Hyperparameters' }).getByRole('row');
    await expect
      .poll(() => rows.allInnerTexts())
      .toEqual(['Name\t baseline\t shorter', 'lr\t0.1\t0.2', 'optimizer.name\tsgd\t—']);
    await page.getByRole('checkbox', { name: 'Show equal ones too' }).click();
    await expect.poll(() => rows.allInnerTexts()).toContain('seed\t7\t7');
  });

  it('lists all hyperparameters of one run, which differ from no other’s', async () => {
    await open('runs=long&parameters=differing');
    const rows = page.getByRole('region', { name: 'Hyperparameters' }).getByRole('row');
    await expect.poll(() => rows.allInnerTexts()).toEqual(expect.arrayContaining(['lr\t0.1', 'seed\t7']));
    expect(await page.getByRole('checkbox').count()).toBe(0);
  });

  it('is used by the keyboard', async () => {
    await open('runs=long,short');
    await surface('train/loss');
    await page.keyboard.press('/');
    await page.keyboard.type('accuracy');
    await expect.poll(() => panel('train/loss').count()).toBe(0);
    await page.getByRole('searchbox').fill('');
    await page.getByRole('searchbox').blur();
    await panel('train/loss').waitFor();
    await page.keyboard.press('j');
    await expect.poll(() => page.evaluate(() => document.activeElement?.ariaLabel)).toBe('train/loss');
    await page.keyboard.press('j');
    await expect.poll(() => page.evaluate(() => document.activeElement?.ariaLabel)).toBe('train/accuracy');
    await page.keyboard.press('k');
    await page.keyboard.press('f');
    await expect.poll(() => searchParameter('panel')).toBe('train/loss');
    await surface('train/loss');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('+');
    await expect.poll(() => searchParameter('range')).toMatch(/\.\./);
    await page.keyboard.press('0');
    await expect.poll(() => searchParameter('range')).toBeNull();
    await page.keyboard.press('Escape');
    await expect.poll(() => searchParameter('panel')).toBeNull();
    await page.keyboard.press('l');
    await page.keyboard.press(']');
    await expect.poll(() => [searchParameter('logScale'), searchParameter('smoothing')]).toEqual(['1', '0.3']);
  });

  it('is drawn out by two fingers, while one scrolls the page', async () => {
    await page.setViewportSize({ width: 390, height: 520 });
    await open('runs=long');
    const { x, y } = await pixel('train/loss', 0.5);
    const devtools = await page.context().newCDPSession(page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', ...places: number[]) =>
      devtools.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: places.map((place, id) => ({ x: place, y, id })),
      });
    await touch('touchStart', x - 30, x + 30);
    await touch('touchMove', x - 60, x + 60);
    await touch('touchMove', x - 90, x + 90);
    await touch('touchEnd');
    await expect.poll(() => searchParameter('range')).toMatch(/^6\d\d\d.*\.\.13\d\d\d/);

    const swipe = (type: 'touchStart' | 'touchMove', top: number) =>
      devtools.send('Input.dispatchTouchEvent', { type, touchPoints: [{ x, y: top, id: 0 }] });
    const scrolled = () => page.locator('.page-view').evaluate((view) => view.scrollTop);
    const before = await scrolled();
    await swipe('touchStart', y);
    for (let moved = 20; moved <= 160; moved += 20) await swipe('touchMove', y - moved);
    await devtools.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await expect.poll(scrolled).toBeGreaterThan(before + 100);
    expect(await page.locator('.plot-values').count()).toBe(0);
  });

  it('says what to do where there is nothing to show', async () => {
    await open('');
    await page.getByText('No run is chosen yet').waitFor();
    await page.getByRole('link', { name: 'baseline' }).click();
    await surface('train/loss');

    await page.getByRole('searchbox').fill('nothing like it');
    await page.getByText('No metric has “nothing like it” in its name').waitFor();
    await page.getByRole('button', { name: 'Show all metrics' }).click();
    await surface('train/loss');

    await open('runs=nope');
    const notice = page.getByRole('alert');
    await expect.poll(() => notice.textContent()).toContain('There is no such run');
  });

  /** How many pixels of a panel's canvas have a colour of the theme, be it thinned at the edges of lines. */
  async function painted(metric: string, colour: string): Promise<number> {
    return (await pixelsOf(metric, colour)).length;
  }

  /** From the highest to the lowest pixel of a colour, in the part of a panel up to a share of its width. */
  async function heightPainted(metric: string, colour: string, share: number): Promise<number> {
    const pixels = await pixelsOf(metric, colour);
    const tops = pixels.filter(({ left }) => left <= share).map(({ top }) => top);
    return tops.length === 0 ? 0 : Math.max(...tops) - Math.min(...tops);
  }

  /** Where these pixels are: from the top, and as a share of the width from the left. */
  function pixelsOf(
    metric: string,
    colour: string,
  ): Promise<readonly { readonly left: number; readonly top: number }[]> {
    return panel(metric)
      .locator('canvas')
      .evaluate((canvas: HTMLCanvasElement, name) => {
        const probe = document.body.appendChild(document.createElement('i'));
        probe.style.color = `var(${name})`;
        const wanted = getComputedStyle(probe).color.match(/\d+/g)?.map(Number) ?? [];
        probe.remove();
        const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
        const alpha = (i: number) => data[i + 3] ?? 0;
        const found: { left: number; top: number }[] = [];
        for (let i = 0; i < data.length; i += 4)
          if (alpha(i) > 40 && wanted.every((part, channel) => Math.abs((data[i + channel] ?? 0) - part) <= 4))
            found.push({ left: ((i / 4) % canvas.width) / canvas.width, top: Math.floor(i / 4 / canvas.width) });
        return found;
      }, colour);
  }
});
