import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { manyRuns, type SmallRun } from '../support/many-runs.ts';
import { makeStorage, metricsEvent, type RunContent, START, type TestStorage } from '../support/storage.ts';
import { browserPath, useBrowser } from './browser.ts';

const FINISHED = { status: 'finished', started_at: START, ended_at: START + 3725 };
const HOUR = 3600;

/** As the SDK makes them, `hours` after the first. */
function runOf(alias: string, hours: number, content: RunContent & { readonly tags?: readonly string[] }): RunContent {
  const { tags = [], ...rest } = content;
  return { status: FINISHED, meta: { alias, tags, created_at: START + hours * HOUR }, ...rest };
}

function losses(values: readonly number[]): readonly object[] {
  return values.map((loss, index) => metricsEvent(index + 1, { loss, lr: 0.1 }));
}

/** Counts the elements whose styles the browser computes while something is done, each as often as that. */
async function styledElements(page: Page, act: () => Promise<void>): Promise<number> {
  const session = await page.context().newCDPSession(page);
  let count = 0;
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value) if ('args' in event) count += elementCountOf(event.args);
  });
  await session.send('Tracing.start', { categories: 'devtools.timeline', transferMode: 'ReportEvents' });
  await act();
  const ended = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await ended;
  await session.detach();
  return count;
}

/** As events of the kind UpdateLayoutTree have it. */
function elementCountOf(args: unknown): number {
  const hasCount = typeof args === 'object' && args !== null && 'elementCount' in args;
  return hasCount ? Number(args.elementCount) : 0;
}

describe.skipIf(browserPath === undefined)('the runs table', () => {
  const browser = useBrowser();
  let storage: TestStorage;
  let gateway: TestGateway;
  let page: Page;
  /** Errors on the page, such as in drawing it. */
  let errors: Error[];

  beforeEach(async () => {
    page = await browser().newPage();
    await page.setViewportSize({ width: 1280, height: 720 });
    errors = [];
    page.on('pageerror', (error) => errors.push(error));
  });
  afterEach(async () => {
    await page.close();
    if (errors[0]) throw errors[0];
  });

  async function open(query = ''): Promise<void> {
    await page.goto(`${gateway.url}/${query}`);
    await page.getByText(/\d+ runs?$/).waitFor();
  }

  function names(): Promise<readonly string[]> {
    return page.locator('.runs-name a').allTextContents();
  }

  function search(): string {
    return decodeURIComponent(new URL(page.url()).search);
  }

  function row(name: string) {
    return page.getByRole('row').filter({ has: page.getByRole('link', { name, exact: true }) });
  }

  async function chips(): Promise<readonly string[]> {
    const texts = await page.getByRole('region', { name: 'Chosen runs' }).getByRole('listitem').allTextContents();
    return texts.map((text) => text.replace('×', '').trim());
  }

  describe('of a few runs', () => {
    beforeAll(async () => {
      storage = await makeStorage();
      const config = (lr: number) => ({ 'assets.json': { config: { optimizer: { lr, name: 'sgd' }, seed: 1 } } });
      const best = (value: number) => ({
        'summary.json': {
          best_metric_name: 'accuracy',
          best_metric_value: value,
          best_metric_step: 40,
          best_metric_mode: 'max',
          minutes: 62.5,
        },
      });
      const runs: readonly RunContent[] = [
        runOf('baseline', 0, {
          path: 'vision/resnet',
          tags: ['paper', 'v1'],
          events: losses([3, 2, 1]),
          files: { ...config(0.1), ...best(0.75) },
        }),
        runOf('wide', 1, {
          path: 'vision/resnet/wide',
          tags: ['paper', 'v2', 'seed 1', 'a100'],
          events: losses([3, Number.NaN, 1, Number.POSITIVE_INFINITY, 0.5]),
          files: { ...config(0.01), ...best(0.9) },
        }),
        runOf('tiny', 2, { path: 'nlp/gpt', status: { status: 'failed', started_at: START, ended_at: START + 5 } }),
        runOf('long', 3, { path: 'nlp/gpt', events: losses([2, 2, 2]), files: best(0.25) }),
      ];
      for (const [index, run] of runs.entries()) await storage.addRun(`2024010${index + 1}_000000_abcdef`, run);
      gateway = await startTestGateway(storage);
    });
    afterAll(async () => {
      await gateway.close();
      await storage.remove();
    });

    it('shows of each what it is, the newest first', async () => {
      await open();
      expect(await names()).toEqual(['long', 'tiny', 'wide', 'baseline']);
      const cells = await row('baseline').getByRole('cell').allTextContents();
      expect(cells.map((cell) => cell.trim())).toEqual(
        expect.arrayContaining(['✓ finished', 'baseline', 'vision/resnet', 'paperv1', '1:02:05', 'Log']),
      );
      expect(cells.join(' ')).toContain('accuracy 0.75 at step 40');
      expect(cells.join(' ')).toMatch(/\d+ yr\. ago/);
    });

    it('counts the tags that a row has no room for, and names them', async () => {
      await open();
      const others = row('wide').getByTitle('seed 1, a100');
      expect(await others.locator('[aria-hidden]').textContent()).toBe('+2');
      expect(await row('baseline').getByText('+', { exact: false }).count()).toBe(0);
    });

    it('is filtered as one types, and tells the address', async () => {
      await open();
      await page.keyboard.press('/');
      await page.keyboard.type('resnet PAPER');
      await expect.poll(names).toEqual(['wide', 'baseline']);
      await page.getByText('2 runs').waitFor();
      expect(search()).toBe('?text=resnet PAPER');
      await page.reload();
      await expect.poll(names).toEqual(['wide', 'baseline']);
      expect(await page.getByRole('searchbox', { name: 'Search runs' }).inputValue()).toBe('resnet PAPER');
    });

    it('is filtered by folder, tag and status, and goes back', async () => {
      await open();
      await row('wide').getByRole('link', { name: 'resnet' }).click();
      await expect.poll(names).toEqual(['wide', 'baseline']);
      expect(search()).toBe('?path=vision/resnet');
      await row('baseline').getByRole('link', { name: 'v1' }).click();
      await expect.poll(names).toEqual(['baseline']);
      await page.getByRole('button', { name: 'Also runs without the tag v1' }).click();
      await expect.poll(names).toEqual(['wide', 'baseline']);
      await page.getByRole('navigation', { name: 'Folder' }).getByRole('link', { name: 'All runs' }).click();
      await expect.poll(names).toEqual(['long', 'tiny', 'wide', 'baseline']);
      await page.getByRole('button', { name: 'failed' }).click();
      await expect.poll(names).toEqual(['tiny']);
      await page.goBack();
      await page.goBack();
      await expect.poll(names).toEqual(['wide', 'baseline']);
    });

    it('is sorted by the heads of its columns', async () => {
      await open();
      const head = page.getByRole('columnheader', { name: 'Best' });
      expect(await head.getAttribute('aria-sort')).toBe('none');
      await head.getByRole('button').click();
      await expect.poll(names).toEqual(['wide', 'baseline', 'long', 'tiny']);
      expect(await head.getAttribute('aria-sort')).toBe('descending');
      await head.getByRole('button').click();
      await expect.poll(names).toEqual(['long', 'baseline', 'wide', 'tiny']);
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
      await page.getByRole('columnheader', { name: 'Folder' }).getByRole('button').click();
      await expect.poll(names).toEqual(['long', 'tiny', 'baseline', 'wide']);
      expect(search()).toBe('?order=path.asc');
    });

    it('has hyperparameters and summary values as columns', async () => {
      await open();
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('checkbox', { name: 'config.optimizer.lr' }).click();
      await page.getByRole('searchbox', { name: 'Search: Hyperparameters' }).fill('min');
      await page.getByRole('checkbox', { name: 'summary.minutes' }).click();
      await page.keyboard.press('Escape');
      await expect
        .poll(() => row('wide').getByRole('cell').allTextContents())
        .toEqual(expect.arrayContaining(['0.01', '62.5']));
      expect(search()).toBe('?columns=config.optimizer.lr,summary.minutes');
      await page.reload();
      await row('baseline').getByRole('cell', { name: '0.1', exact: true }).waitFor();
    });

    it('is sorted by a hyperparameter and by a summary value', async () => {
      await open('?columns=config.optimizer.lr,summary.minutes');
      const head = page.getByRole('columnheader', { name: 'optimizer.lr' });
      await head.getByRole('button').click();
      await expect.poll(names).toEqual(['wide', 'baseline', 'long', 'tiny']);
      expect(await head.getAttribute('aria-sort')).toBe('ascending');
      await head.getByRole('button').click();
      await expect.poll(names).toEqual(['baseline', 'wide', 'long', 'tiny']);
      expect(search()).toBe('?order=config.optimizer.lr.desc&columns=config.optimizer.lr,summary.minutes');
      await page.reload();
      await expect.poll(names).toEqual(['baseline', 'wide', 'long', 'tiny']);
    });

    it('is sorted by creation again where the column goes that it was sorted by', async () => {
      await open('?order=config.optimizer.lr.asc&columns=config.optimizer.lr,config.seed');
      await page.getByRole('button', { name: 'Columns' }).click();
      await page.getByRole('checkbox', { name: 'config.seed' }).click();
      await expect.poll(search).toBe('?order=config.optimizer.lr.asc&columns=config.optimizer.lr');
      await page.getByRole('checkbox', { name: 'config.optimizer.lr' }).click();
      await expect.poll(search).toBe('');
    });

    it('draws a curve of each run in view, of its main metric or of a chosen one', async () => {
      await open();
      const curve = (name: string) => row(name).getByRole('img');
      // Not its best metric, which was not logged.
      await row('wide').getByTitle('accuracy: not logged').waitFor();
      // It has none.
      await row('tiny').getByTitle('not logged', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Curve' }).click();
      await page.getByRole('radio', { name: 'loss' }).click();
      await page.keyboard.press('Escape');
      await curve('wide').waitFor();
      expect(await curve('wide').getAttribute('aria-label')).toBe('loss: last 0.5, 0.5 to 3, NaN or infinite 2×');
      expect(await curve('baseline').getAttribute('aria-label')).toBe('loss: last 1, 1 to 3');
      expect(await curve('wide').locator('.runs-sparkline-marks').getAttribute('d')).toMatch(/^M.*M/);
      await row('tiny').getByTitle('loss: not logged').waitFor();
      await page.getByRole('columnheader', { name: 'loss' }).waitFor();
      expect(search()).toBe('?spark=loss');
    });

    it('chooses runs, also a range of them, and leads to their charts in the colours that it shows', async () => {
      await open();
      await row('tiny').getByRole('checkbox').click();
      await row('baseline')
        .getByRole('checkbox')
        .click({ modifiers: ['Shift'] });
      await expect.poll(chips).toEqual(['tiny', 'wide', 'baseline']);
      await page.getByRole('button', { name: 'Remove wide' }).click();
      await row('long').getByRole('checkbox').click();
      await expect.poll(chips).toEqual(['tiny', 'long', 'baseline']);
      const ids = ['20240103_000000_abcdef', '20240104_000000_abcdef', '20240101_000000_abcdef'];
      await page.getByRole('link', { name: 'Compare 3' }).click();
      expect(search()).toBe(`?view=charts&runs=${ids.join(',')}`);
    });

    it('chooses all runs that are listed by the box in the head, and gives them up', async () => {
      await open('?text=gpt&runs=20240101_000000_abcdef');
      const box = page.getByRole('checkbox', { name: 'Compare all runs listed' });
      await box.click();
      await expect.poll(chips).toEqual(['baseline', 'long', 'tiny']);
      expect(await box.isChecked()).toBe(true);
      await row('long').getByRole('checkbox').click();
      await expect.poll(() => box.evaluate((element: HTMLInputElement) => element.indeterminate)).toBe(true);
      await box.click();
      await expect.poll(chips).toEqual(['baseline', 'long', 'tiny']);
      await box.click();
      await expect.poll(chips).toEqual(['baseline']);
      expect(await box.isChecked()).toBe(false);
    });

    it('names chosen runs that the filter leaves out', async () => {
      await open('?text=tiny&runs=20240101_000000_abcdef,gone');
      await expect.poll(chips).toEqual(['baseline', 'gone']);
    });

    it('is gone through by keyboard', async () => {
      await open();
      const focused = page.locator('.runs-name a:focus');
      await page.keyboard.press('j');
      expect(await focused.textContent()).toBe('long');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      expect(await focused.textContent()).toBe('tiny');
      await page.keyboard.press('x');
      await expect.poll(chips).toEqual(['tiny']);
      await page.keyboard.press('c');
      expect(search()).toBe('?view=charts&runs=20240103_000000_abcdef');
      await page.goBack();
      await page.getByText('4 runs').waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      expect(search()).toBe('?view=charts&runs=20240103_000000_abcdef&only=20240104_000000_abcdef');
    });

    it('leads to the charts and to the log of a run', async () => {
      await open();
      await row('wide').getByRole('link', { name: 'Log of wide' }).click();
      expect(search()).toBe('?view=logs&only=20240102_000000_abcdef');
      await page.goBack();
      await row('wide').locator('.runs-name a').click();
      expect(search()).toBe('?view=charts&only=20240102_000000_abcdef');
    });

    it('keeps the chosen runs while another one is looked at, also by a link', async () => {
      const legend = page.getByRole('list', { name: 'Runs' }).getByRole('button');
      await open('?runs=20240101_000000_abcdef,20240103_000000_abcdef&hidden=20240102_000000_abcdef');
      await row('wide').locator('.runs-name a').click();
      await expect.poll(() => legend.allInnerTexts()).toEqual(['wide']);
      expect(await legend.getAttribute('aria-pressed')).toBe('true');
      await page.reload();
      await expect.poll(() => legend.allInnerTexts()).toEqual(['wide']);
      await page.getByRole('link', { name: 'Logs', exact: true }).click();
      await page.getByRole('link', { name: 'wide' }).waitFor();
      expect(await page.locator('.log-runs a').count()).toBe(1);
      await page.getByRole('link', { name: 'Charts (1)' }).click();
      await page.getByRole('link', { name: 'Show the 2 chosen' }).click();
      await expect.poll(() => legend.filter({ hasText: /baseline|tiny/ }).count()).toBe(2);

      await page.goBack();
      await expect.poll(() => legend.allInnerTexts()).toEqual(['wide']);
      await page.getByRole('link', { name: 'Runs', exact: true }).click();
      await expect.poll(chips).toEqual(['baseline', 'tiny']);
      await page.getByRole('link', { name: 'Compare 2' }).click();
      await expect.poll(() => legend.filter({ hasText: /baseline|tiny/ }).count()).toBe(2);
    });

    it('tells the browser’s tabs apart', async () => {
      const go = (query: string) => page.goto(`${gateway.url}/${query}`);
      await go('?text=gpt&path=vision');
      await expect.poll(() => page.title()).toBe('gpt · vision · Runs · Runlens');
      await go('?view=charts&runs=20240101_000000_abcdef');
      await expect.poll(() => page.title()).toBe('baseline · Charts · Runlens');
      await go('?view=charts&runs=20240101_000000_abcdef,20240103_000000_abcdef&panel=train/loss');
      await expect.poll(() => page.title()).toBe('train/loss · 2 runs · Charts · Runlens');
      await go('?view=logs&log=20240102_000000_abcdef');
      await expect.poll(() => page.title()).toBe('wide · Logs · Runlens');
    });

    it('says which filters leave nothing, and clears them', async () => {
      await open('?text=none&path=vision&status=failed&tags=v1');
      const notice = page.locator('.notice');
      expect(await notice.getByRole('listitem').allTextContents()).toEqual([
        '“none” in its name, folder or tags',
        'in vision',
        'status failed',
        'tagged v1',
      ]);
      await notice.getByRole('link', { name: 'Clear the filters' }).click();
      await expect.poll(names).toHaveLength(4);
    });

    it('tells what is wrong with a filter, and leaves it to be changed', async () => {
      await page.goto(`${gateway.url}/?text=${'x'.repeat(201)}`);
      await page.getByRole('alert').getByText('has 201 characters, and may have 200').waitFor();
      await page.getByRole('searchbox', { name: 'Search runs' }).fill('tiny');
      await expect.poll(names).toEqual(['tiny']);
    });

    it('fits on a phone, in cards that can be sorted', async () => {
      await page.setViewportSize({ width: 390, height: 800 });
      await open();
      for (const scrolled of ['html', '.runs-rows']) {
        const hidden = await page.locator(scrolled).evaluate((element) => element.scrollWidth - element.clientWidth);
        expect(hidden).toBe(0);
      }
      await page.getByRole('combobox', { name: 'Sort' }).selectOption('Best');
      await expect.poll(names).toEqual(['wide', 'baseline', 'long', 'tiny']);
      await row('wide').getByText('0.9').waitFor();
    });

    it('leaves nothing of a run out on a phone, and has its log where a finger finds it', async () => {
      await page.setViewportSize({ width: 390, height: 800 });
      await open();
      const card = row('baseline');
      for (const text of ['vision', 'paper', 'v1', '1:02:05', '0.75', 'Log'])
        expect(await card.getByText(text, { exact: true }).isVisible()).toBe(true);
      const log = card.getByRole('link', { name: 'Log of baseline' });
      const { width = 0, height = 0 } = (await log.boundingBox()) ?? {};
      expect(Math.min(width, height)).toBeGreaterThanOrEqual(24);
      await log.click();
      expect(search()).toContain('?view=logs');
    });
  });

  describe('while things happen', () => {
    beforeEach(async () => {
      storage = await makeStorage();
      gateway = await startTestGateway(storage);
    });
    afterEach(async () => {
      await gateway.close();
      await storage.remove();
    });

    it('says how to begin where there is no run, and shows the first one', async () => {
      await open();
      await page.getByText('runlens --storage STORAGE').waitFor();
      await storage.addRun('first', runOf('first', 0, {}));
      await expect.poll(names).toEqual(['first']);
      await row('first').and(page.locator('.runs-row-new')).waitFor();
    });

    it('keeps the end of an id where there is no room for all of it', async () => {
      const id = '20240101_120000_a1b2c3';
      await storage.addRun(id, { status: FINISHED });
      await page.setViewportSize({ width: 320, height: 720 });
      await open();
      expect(await names()).toEqual([id]);
      const [start, end] = await page.locator('.runs-id > span').all();
      expect(await start?.evaluate((element) => element.scrollWidth > element.clientWidth)).toBe(true);
      const [endBox, cellBox] = [await end?.boundingBox(), await page.locator('.runs-name').boundingBox()];
      expect((endBox?.x ?? 0) + (endBox?.width ?? 0)).toBeLessThanOrEqual((cellBox?.x ?? 0) + (cellBox?.width ?? 0));
    });

    it('shows runs that come, end and go, in their order', async () => {
      const status = { status: 'running', started_at: START };
      const directory = await storage.addRun('one', runOf('one', 0, { status }));
      await open('?order=status.asc');
      await row('one').getByText('running').waitFor();
      const other = await storage.addRun('two', runOf('two', 1, {}));
      await expect.poll(names).toEqual(['one', 'two']);
      await writeFile(join(directory, 'status.json'), JSON.stringify({ ...FINISHED, status: 'interrupted' }));
      await row('one').getByText('interrupted').waitFor();
      await expect.poll(names).toEqual(['two', 'one']);
      await rm(other, { recursive: true });
      await expect.poll(names).toEqual(['one']);
      await page.getByText('1 run', { exact: true }).waitFor();
    });

    it('draws on the curve of a run that is running', async () => {
      const status = { status: 'running', started_at: START };
      const directory = await storage.addRun('live', runOf('live', 0, { status, events: losses([3, 2]) }));
      await open();
      const label = () => row('live').getByRole('img').getAttribute('aria-label');
      await expect.poll(label).toBe('loss: last 2, 2 to 3');
      const line = JSON.stringify(metricsEvent(3, { loss: 0.125 }));
      await writeFile(join(directory, 'events.jsonl'), `${line}\n`, { flag: 'a' });
      await expect.poll(label).toBe('loss: last 0.125, 0.125 to 3');
    });

    it('asks anew where the gateway was started again', async () => {
      await storage.addRun('old', runOf('old', 0, {}));
      await open();
      await gateway.close();
      await page.getByText('Reconnecting…').waitFor();
      expect(await names()).toEqual(['old']);
      await storage.addRun('new', runOf('new', 1, {}));
      gateway = await startTestGateway(storage, { port: Number(new URL(gateway.url).port) });
      await expect.poll(names).toEqual(['new', 'old']);
      await expect.poll(() => page.getByText('Reconnecting…').count()).toBe(0);
    });
  });

  describe('of very many runs', () => {
    const COUNT = 10_000;
    let many: readonly SmallRun[];
    /** What the run `index` is called, the oldest being 0. */
    const nameOf = (index: number) => many[index]?.alias ?? many[index]?.id ?? '';
    const middle = COUNT / 2;

    beforeAll(async () => {
      storage = await makeStorage();
      many = await manyRuns(storage, COUNT);
      gateway = await startTestGateway(storage);
    }, 60_000);
    afterAll(async () => {
      await gateway.close();
      await storage.remove();
    });

    /** Scrolls to a share of the list. */
    function scrollTo(share: number): Promise<void> {
      return page.locator('.runs-rows').evaluate((element, at) => {
        element.scrollTop = at * (element.scrollHeight - element.clientHeight);
      }, share);
    }

    it('shows the right rows wherever one scrolls, and only those', async () => {
      await open();
      await page.getByText('10,000 runs').waitFor();
      expect((await names())[0]).toBe(nameOf(COUNT - 1));
      await scrollTo(1);
      await expect.poll(async () => (await names()).at(-1)).toBe(nameOf(0));
      const [last, rows] = [await row(nameOf(0)).boundingBox(), await page.locator('.runs-rows').boundingBox()];
      expect((last?.y ?? 0) + (last?.height ?? 0)).toBeCloseTo((rows?.y ?? 0) + (rows?.height ?? 0), 0);
      await scrollTo(0.5);
      await expect.poll(names).toContain(nameOf(middle));
      const shown = await names();
      const first = middle + shown.indexOf(nameOf(middle));
      expect(shown).toEqual(shown.map((_, offset) => nameOf(first - offset)));
      expect(shown.length).toBeLessThan(50);
      expect(await row(nameOf(middle)).getAttribute('aria-rowindex')).toBe(String(middle + 1));
      expect(await page.getByRole('table').getAttribute('aria-rowcount')).toBe(String(COUNT + 1));
    });

    it('styles only the rows that come, while one scrolls', async () => {
      await open();
      await scrollTo(0.5);
      await expect.poll(names).toContain(nameOf(middle));
      const first = (await names())[0] ?? '';
      const styled = await styledElements(page, async () => {
        await page.locator('.runs-rows').evaluate((element) => element.scrollBy(0, 72));
        await expect.poll(names).not.toContain(first);
      });
      expect(styled).toBeGreaterThan(0);
      expect(styled).toBeLessThan((await page.locator('.runs-rows *').count()) / 2);
    });

    it('is where one left it, when one comes back from a run', async () => {
      await open();
      await scrollTo(0.5);
      await expect.poll(names).toContain(nameOf(middle));
      await row(nameOf(middle)).locator('.runs-name a').click();
      await expect.poll(names).toEqual([]);
      await page.goBack();
      await expect.poll(names).toContain(nameOf(middle));
    });

    it('keeps the rows in their place, and the keyboard in its row, when a run comes above them', async () => {
      await open();
      await scrollTo(0.5);
      await expect.poll(names).toContain(nameOf(middle));
      const name = row(nameOf(middle)).locator('.runs-name a');
      await name.focus();
      const before = await name.boundingBox();
      const added = await storage.addRun('newest', { meta: { created_at: START + 1000 * COUNT } });
      await page.getByText('10,001 runs').waitFor();
      await expect.poll(() => row(nameOf(middle)).getAttribute('aria-rowindex')).toBe(String(middle + 2));
      expect(await name.boundingBox()).toEqual(before);
      expect(await page.locator('.runs-name a:focus').textContent()).toBe(nameOf(middle));
      await rm(added, { recursive: true });
    });
  });
});
