import { appendFile, mkdir, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { longLog, longLogLine } from '../support/long-files.ts';
import { makeStorage, START, type TestStorage } from '../support/storage.ts';
import { browserPath, useBrowser } from './browser.ts';

const RUNNING = { status: 'running', started_at: START };
const FINISHED = { ...RUNNING, status: 'finished' };
const LINES = 1_000_000;
const ESC = '\u001b';
/** For what takes the gateway a while. */
const PATIENTLY = { timeout: 20_000 };

describe.skipIf(browserPath === undefined)('the logs of the page', { timeout: 60_000 }, () => {
  const browser = useBrowser();
  let storage: TestStorage;
  let gateway: TestGateway;
  const pages: Page[] = [];
  /** Errors on pages, such as in drawing them. */
  const errors: Error[] = [];

  beforeAll(async () => {
    storage = await makeStorage();
    await longLog(storage, 'long', LINES);
    gateway = await startTestGateway(storage);
  });
  afterAll(async () => {
    await gateway.close();
    await storage.remove();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
    const [error] = errors.splice(0);
    if (error) throw error;
  });

  async function open(query: string, { url } = gateway): Promise<Page> {
    const page = await browser().newPage();
    pages.push(page);
    page.on('pageerror', (error) => errors.push(error));
    await page.setViewportSize({ width: 1000, height: 700 });
    await page.goto(`${url}/?view=logs&${query}`);
    return page;
  }

  /** Adds a run. @returns the path of its log */
  async function addRun(id: string, log: string | null, status: object = RUNNING): Promise<string> {
    const directory = await storage.addRun(id, { status, files: { 'logs.txt': log } });
    return join(directory, 'logs.txt');
  }

  const viewport = (page: Page) => page.getByRole('log');
  const marked = (page: Page) => viewport(page).locator('[aria-current]');
  const status = (page: Page) => page.locator('footer');
  const search = (page: Page) => page.getByRole('searchbox');

  /** The rows in view: number and text of each. */
  function shown(page: Page): Promise<readonly string[]> {
    return viewport(page).evaluate((element) => {
      const { top, bottom } = element.getBoundingClientRect();
      const rows = Array.from(element.querySelectorAll('.log-row')).filter((row) => {
        const box = row.getBoundingClientRect();
        return box.bottom > top + 1 && box.top < bottom - 1;
      });
      return rows.map((row) =>
        row.firstElementChild ? Array.from(row.children, (part) => part.textContent).join(' ') : row.textContent,
      );
    });
  }

  async function firstShown(page: Page): Promise<number> {
    const [row = ''] = await shown(page);
    return Number.parseInt(row, 10);
  }

  /** Does what scrolls, and waits for that to come to rest. */
  async function scroll(page: Page, action: () => Promise<void>): Promise<void> {
    const scrolling = await viewport(page).evaluateHandle((element) => {
      const ended = new Promise<null>((resolve) => {
        element.addEventListener('scrollend', () => resolve(null), { once: true });
      });
      return { ended };
    });
    await action();
    await scrolling.evaluate(({ ended }) => ended);
  }

  const lastShown = async (page: Page) => (await shown(page)).at(-1);

  const steps = (first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, i) => `${first + i} step ${first + i}`);

  describe('of a million lines', () => {
    it('opens at a linked line, which is marked and in the middle, and renders no more than can be seen', async () => {
      const page = await open('log=long&line=543210');
      await expect.poll(() => marked(page).textContent()).toContain('line 543210 step');
      const [line, view] = [await marked(page).boundingBox(), await viewport(page).boundingBox()];
      const middle = (box: typeof line) => (box ? box.y + box.height / 2 : Number.NaN);
      expect(Math.abs(middle(line) - middle(view))).toBeLessThan(30);
      expect(await viewport(page).locator('.log-row').count()).toBeLessThan(60);
      await expect.poll(() => status(page).textContent()).toContain('1,000,000 lines');
    });

    it('begins at its end, and goes to its start and back', async () => {
      const page = await open('log=long');
      await expect.poll(() => lastShown(page)).toContain('1000000 line 1000000 100%|██');
      await page.keyboard.press('g');
      await expect.poll(() => shown(page)).toEqual(expect.arrayContaining([expect.stringContaining('1 line 1 step')]));
      expect(await firstShown(page)).toBe(1);
      await page.keyboard.press('G');
      await expect.poll(() => lastShown(page)).toContain('1000000 line 1000000 100%|██');
    });

    it('is dragged anywhere by its scrollbar, and from there the wheel moves line by line', async () => {
      const page = await open('log=long');
      await expect.poll(() => firstShown(page)).toBeGreaterThan(900_000);
      for (const share of [0.5, 0.2, 0.8]) {
        await viewport(page).evaluate((element, part) => {
          element.scrollTop = part * (element.scrollHeight - element.clientHeight);
        }, share);
        await expect.poll(async () => Math.abs((await firstShown(page)) - share * LINES)).toBeLessThan(LINES * 0.1);
        const first = await firstShown(page);
        const ninth = expect.stringContaining(`line ${first + 9} `);
        await expect.poll(() => shown(page)).toEqual(expect.arrayContaining([ninth]));
        await viewport(page).hover();
        await page.mouse.wheel(0, 200);
        await expect.poll(() => firstShown(page)).toBe(first + 10);
        await page.mouse.wheel(0, -100);
        await expect.poll(() => firstShown(page)).toBe(first + 5);
      }
    });

    it('is scrolled by the keys that scroll everywhere', async () => {
      const page = await open('log=long&line=500000');
      await marked(page).waitFor();
      const first = await firstShown(page);
      await viewport(page).focus();
      await scroll(page, () => page.keyboard.press('ArrowDown'));
      expect(await firstShown(page)).toBe(first + 2);
      await scroll(page, () => page.keyboard.press('PageDown'));
      expect(await firstShown(page)).toBeGreaterThan(first + 15);
      expect(await firstShown(page)).toBeLessThan(first + 40);
      await scroll(page, () => page.keyboard.press('End'));
      expect(await lastShown(page)).toContain('1000000');
      await scroll(page, () => page.keyboard.press('Home'));
      expect(await firstShown(page)).toBe(1);
      await page.keyboard.press('j');
      await expect.poll(() => firstShown(page)).toBe(4);
      await page.keyboard.press('k');
      await expect.poll(() => firstShown(page)).toBe(1);
    });

    it('is searched forward and back, over its ends too', async () => {
      const page = await open('log=long&line=700000');
      await marked(page).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('LINE 123456 ');
      await page.keyboard.press('Enter');
      const found = 'Found in line 123,456, from the other end';
      await expect.poll(() => status(page).textContent(), PATIENTLY).toContain(found);
      await expect.poll(() => marked(page).locator('mark').allTextContents()).toEqual(['line 123456 ']);
      expect(new URL(page.url()).searchParams.get('line')).toBe('123456');

      await search(page).fill('9999 step');
      await search(page).press('Shift+Enter');
      await expect.poll(() => marked(page).textContent()).toContain('line 119999 ');
      await viewport(page).focus();
      await page.keyboard.press('n');
      await expect.poll(() => marked(page).textContent()).toContain('line 129999 ');
      await page.keyboard.press('n');
      await expect.poll(() => marked(page).textContent()).toContain('line 139999 ');
      await page.keyboard.press('N');
      await expect.poll(() => marked(page).textContent()).toContain('line 129999 ');

      await page.getByRole('button', { name: 'Match case' }).click();
      await search(page).fill('LINE 123456 ');
      await search(page).press('Enter');
      await expect.poll(() => status(page).textContent(), PATIENTLY).toContain('No line has “LINE 123456 ”');
    });

    it('shows what is found across colours', async () => {
      const page = await open('log=long&line=500100&find=100 warn');
      await expect.poll(() => marked(page).locator('mark').allTextContents()).toEqual(['100 ', 'WARN']);
    });

    it('is downloaded as it is', async () => {
      const page = await open('log=long');
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download' }).click(),
      ]);
      expect(download.suggestedFilename()).toBe('long.log');
      const text = await readFile(await download.path(), 'utf8');
      expect(text).toHaveLength((await readFile(join(storage.root, 'runs/long/logs.txt'), 'utf8')).length);
      expect(text.endsWith(`${longLogLine(LINES)}\n`)).toBe(true);
    });

    it('has lines that are marked by a click, with Shift all up to another one, and copied', async () => {
      await browser().grantPermissions(['clipboard-read', 'clipboard-write']);
      const page = await open('log=long&line=500098');
      await marked(page).waitFor();
      const top = await firstShown(page);
      await page.getByRole('link', { name: 'Line 500101' }).click({ modifiers: ['Shift'] });
      await expect.poll(() => marked(page).count()).toBe(4);
      expect(new URL(page.url()).searchParams.get('line')).toBe('500098-500101');
      expect(await firstShown(page)).toBe(top);
      await page.getByRole('button', { name: 'Copy' }).click();
      await page.getByRole('button', { name: 'Copied' }).waitFor();
      const copied = await page.evaluate(() => navigator.clipboard.readText());
      const [first, second, warning, last, ...more] = copied.split('\n');
      expect([first, second, last, more]).toEqual([...[500_098, 500_099, 500_101].map(longLogLine), []]);
      expect(warning).toMatch(/^line 500100 WARNING waited \d+ ms for data$/);
      expect(await page.getByRole('status').allTextContents()).toContain('Copied ✓');
      await page.getByRole('link', { name: 'Line 500102' }).click();
      await expect.poll(() => marked(page).textContent()).toContain('line 500102 ');
      await page.goBack();
      await expect.poll(() => marked(page).count()).toBe(4);
    });
  });

  it('tell how far a copy of many lines is, which can be stopped', async () => {
    await browser().grantPermissions(['clipboard-read', 'clipboard-write']);
    const page = await open('log=long&line=1-1000000');
    await page.evaluate(() => navigator.clipboard.writeText('before'));
    await page.getByRole('button', { name: 'Copy' }).click();
    const stop = page.getByRole('button', { name: /^Stop · \d+%$/ });
    await stop.waitFor();
    expect(await page.getByRole('status').allTextContents()).toContain('Gathering the marked lines…');
    await stop.click();
    await page.getByRole('button', { name: 'Copy' }).waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Copy');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('before');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.postData() ?? ''));
    await page.getByRole('link', { name: 'Line 12', exact: true }).click();
    await page.getByRole('button', { name: 'Copy' }).click();
    await page.getByRole('button', { name: 'Copied' }).waitFor();
    expect(asked.filter((body) => body.includes('STRIP'))).toHaveLength(1);
  });

  it('lead back to the line that is found or asked for again, from wherever one has scrolled', async () => {
    await addRun('single', Array.from({ length: 400 }, (_, i) => `step ${i + 1}\n`).join(''));
    const page = await open('log=single&line=321&find=step 321');
    await expect.poll(() => marked(page).count()).toBe(1);
    const asks: readonly (() => Promise<void>)[] = [
      () => page.keyboard.press('n'),
      () => page.getByLabel('Go to line').press('Enter'),
    ];
    for (const askAgain of asks) {
      await page.keyboard.press('g');
      await expect.poll(() => marked(page).count()).toBe(0);
      await askAgain();
      await expect.poll(() => marked(page).count()).toBe(1);
    }
  });

  it('have the keyboard at the line that was asked for by its number', async () => {
    const page = await open('log=long');
    for (const number of [500_000, 600_000, 600_000]) {
      await page.getByLabel('Go to line').fill(String(number));
      await page.keyboard.press('Enter');
      await expect.poll(() => marked(page).textContent()).toContain(`line ${number} `);
      expect(await viewport(page).evaluate((element) => element === document.activeElement)).toBe(true);
      const first = await firstShown(page);
      await scroll(page, () => page.keyboard.press('ArrowDown'));
      expect(await firstShown(page)).toBe(first + 2);
    }
    await page.getByLabel('Go to line').fill('');
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Go to line').evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.type('700000');
    await page.keyboard.press('Tab');
    await expect.poll(() => marked(page).textContent()).toContain('line 700000 ');
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Copy');
  });

  it('follow a log that grows until one scrolls up, say how many lines came since, and lead back', async () => {
    const log = await addRun('growing', Array.from({ length: 100 }, (_, i) => `step ${i + 1}\n`).join(''));
    const page = await open('log=growing');
    await expect.poll(() => lastShown(page)).toBe('100 step 100');
    await appendFile(log, 'step 101\nstep 102\n');
    await expect.poll(() => lastShown(page)).toBe('102 step 102');
    await expect.poll(() => status(page).textContent()).toContain('Live');

    await viewport(page).hover();
    await page.mouse.wheel(0, -400);
    await page.getByRole('button', { name: 'To the end' }).waitFor();
    await appendFile(log, 'step 103\nstep 104\nstep 105\n');
    await page.getByRole('button', { name: '3 new lines' }).waitFor();
    expect(await lastShown(page)).not.toBe('105 step 105');

    await page.getByRole('button', { name: '3 new lines' }).click();
    await expect.poll(() => lastShown(page)).toBe('105 step 105');
    await appendFile(log, 'step 106\n');
    await expect.poll(() => lastShown(page)).toBe('106 step 106');
    expect(await page.getByRole('button', { name: /new line|To the end/ }).count()).toBe(0);
  });

  it('let one read on while lines come all the time', async () => {
    const log = await addRun('busy', Array.from({ length: 200 }, (_, i) => `step ${i + 1}\n`).join(''));
    const page = await open('log=busy');
    await expect.poll(() => lastShown(page)).toBe('200 step 200');
    let written = 200;
    const enough = new AbortController();
    const writing = (async () => {
      while (!enough.signal.aborted) await appendFile(log, `step ${++written}\n`);
    })();
    onTestFinished(() => {
      enough.abort();
      return writing;
    });
    await viewport(page).hover();
    await page.mouse.wheel(0, -300);
    await page.getByRole('button', { name: /new line/ }).waitFor();
    await scroll(page, () => page.mouse.wheel(0, -300));
    const held = await shown(page);
    const before = written;
    await expect.poll(() => written).toBeGreaterThan(before + 100);
    expect(await shown(page)).toEqual(held);
    enough.abort();
    await writing;
    await page.getByRole('button', { name: 'Follow' }).click();
    await expect.poll(() => lastShown(page)).toBe(`${written} step ${written}`);
  });

  it('collapse progress bars, with the moving one at the bottom', async () => {
    const log = await addRun('bars', 'start\n\r 10%|#   |\r 50%|##  |\r100%|####|\n\r  5%|    |');
    const page = await open('log=bars');
    await expect.poll(() => shown(page)).toEqual(['1 start', '2 100%|####|', '…   5%|    |']);
    await appendFile(log, '\r 70%|### |');
    await expect.poll(() => shown(page)).toEqual(['1 start', '2 100%|####|', '…  70%|### |']);
    await appendFile(log, `\rdone${ESC}[K\nnext\n`);
    await expect.poll(() => shown(page)).toEqual(['1 start', '2 100%|####|', '3 done', '4 next']);
  });

  it('show colours that can be read, and never take a log for a part of the page', async () => {
    const evil = `<img src=x onerror="document.title='broken'">`;
    const lime = `${ESC}[1;38;2;0;255;0mlime${ESC}[0m`;
    await addRun('colours', `${ESC}[31mred${ESC}[0m ${lime} ${ESC}[44mon blue${ESC}[0m\n${evil}${ESC}]0;<b>\u0007\n`);
    const page = await open('log=colours');
    const style = (text: string, property: string) =>
      viewport(page)
        .getByText(text, { exact: true })
        .evaluate((element, name) => getComputedStyle(element).getPropertyValue(name), property);
    await expect.poll(() => style('red', 'color')).toBe('rgb(192, 38, 45)');
    expect(await style('lime', 'font-weight')).toBe('700');
    // As light as it may be on white.
    expect(await style('lime', 'color')).toMatch(/^oklch\(0\.47 /);
    expect(await style('on blue', 'background-color')).toBe('rgb(29, 95, 209)');
    expect((await shown(page))[1]).toBe(`2 ${evil}`);
    expect(await viewport(page).locator('img').count()).toBe(0);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await style('red', 'color')).toBe('rgb(255, 123, 127)');
    expect(await style('lime', 'color')).toMatch(/^oklch\(0\.86/);
  });

  it('show when the gateway is gone, and go on when it is back: no line is lost, none comes twice', async () => {
    const log = await addRun('restarted', 'step 1\nstep 2\n');
    const first = await startTestGateway(storage);
    onTestFinished(() => first.close());
    const page = await open('log=restarted', first);
    await expect.poll(() => shown(page)).toEqual(steps(1, 2));
    await appendFile(log, 'step 3\n');
    await expect.poll(() => shown(page)).toEqual(steps(1, 3));
    await first.close();
    await status(page).getByText('Reconnecting…').waitFor();
    expect(await shown(page)).toEqual(steps(1, 3));
    await appendFile(log, 'step 4\nstep 5\n');
    const second = await startTestGateway(storage, { port: Number(new URL(first.url).port) });
    onTestFinished(() => second.close());
    await expect.poll(() => shown(page), PATIENTLY).toEqual(steps(1, 5));
    await appendFile(log, 'step 6\n');
    await expect.poll(() => shown(page)).toEqual(steps(1, 6));
    await expect.poll(() => status(page).textContent()).toContain('Live');
  });

  it('say that a log was rotated or truncated, and keep the lines of one that was rotated', async () => {
    const log = await addRun('rotated', 'one\n');
    const page = await open('log=rotated');
    await expect.poll(() => shown(page)).toEqual(['1 one']);
    await appendFile(log, 'two\n');
    await expect.poll(() => shown(page)).toEqual(['1 one', '2 two']);
    await rename(log, `${log}.1`);
    await writeFile(log, 'three\n');
    const rotated = 'The log was rotated: a new file begins here';
    await expect.poll(() => shown(page)).toEqual(['1 one', '2 two', rotated, '1 three']);
    await truncate(log);
    await appendFile(log, 'four\n');
    await expect.poll(() => shown(page)).toEqual(['The log was truncated: it begins anew', '1 four']);
  });

  it('wait for a log that is not there yet, and say how its run ended', async () => {
    const log = await addRun('late', null);
    const page = await open('log=late');
    await page.getByText('No log yet').waitFor();
    await writeFile(log, 'step 1\n');
    await expect.poll(() => shown(page)).toEqual(steps(1, 1));
    // A last line without its end.
    await appendFile(log, 'step 2');
    await writeFile(join(log, '../status.json'), JSON.stringify({ ...RUNNING, status: 'interrupted' }));
    await expect.poll(() => status(page).textContent(), PATIENTLY).toContain('interrupted');
    expect(await shown(page)).toEqual(steps(1, 2));
  });

  it('go on with a run that had ended and was resumed', async () => {
    const log = await addRun('resumed', 'step 1\n', FINISHED);
    const page = await open('log=resumed');
    await expect.poll(() => status(page).textContent()).toContain('End of log');
    await writeFile(join(log, '../status.json'), JSON.stringify(RUNNING));
    await appendFile(log, 'step 2\n');
    await expect.poll(() => shown(page), PATIENTLY).toEqual(steps(1, 2));
  });

  it('say what is wrong, and try again when asked', async () => {
    await addRun('silent', null, FINISHED);
    const silent = await open('log=silent');
    await silent.getByText('This run wrote no log').waitFor();
    const absent = await open('log=nobody');
    await absent
      .getByRole('alert')
      .getByText(/no.* run/)
      .waitFor();

    const log = await addRun('broken', null);
    await mkdir(log);
    const broken = await open('log=broken');
    await broken.getByRole('alert').getByText('logs').waitFor();
    await rm(log, { recursive: true });
    await writeFile(log, 'step 1\n');
    await broken.getByRole('button', { name: 'Try again' }).click();
    await expect.poll(() => shown(broken)).toEqual(steps(1, 1));
  });

  it('shorten a very long line, and show all of it where it is marked', async () => {
    await addRun('wide', `short\n${'x'.repeat(20_000)}\nshort\n`);
    const page = await open('log=wide');
    const text = viewport(page).locator('.log-text').nth(1);
    await expect.poll(async () => (await text.textContent())?.length).toBe(5000);
    await page.getByRole('link', { name: '+15,000 characters' }).click();
    await expect.poll(async () => (await text.textContent())?.length).toBe(20_000);
  });

  describe('with wrapped lines', () => {
    const WRAPPED_LINES = 20_000;
    /** Of one to a dozen rows on the screen, in colours. */
    const uneven = (number: number) =>
      `line ${number} ${`${ESC}[32mtensor${ESC}[0m of weights, `.repeat((number * 7) % 19)}end`;

    beforeAll(async () => {
      await addRun('uneven', Array.from({ length: WRAPPED_LINES }, (_, i) => `${uneven(i + 1)}\n`).join(''));
    });

    async function openNarrow(query: string): Promise<Page> {
      const page = await open(query);
      await page.setViewportSize({ width: 390, height: 700 });
      return page;
    }

    const row = (page: Page, number: number) =>
      viewport(page)
        .locator('.log-row')
        .filter({ has: page.getByRole('link', { name: `Line ${number}`, exact: true }) });

    async function boxOf(page: Page, number: number): Promise<{ readonly top: number; readonly bottom: number }> {
      const [box, view] = [await row(page, number).boundingBox(), await viewport(page).boundingBox()];
      const top = box && view ? box.y - view.y : Number.NaN;
      return { top, bottom: top + (box?.height ?? Number.NaN) };
    }

    /** Pixels of the line that are out of view. */
    async function hidden(page: Page, number: number): Promise<number> {
      const [{ top, bottom }, view] = [await boxOf(page, number), await viewport(page).boundingBox()];
      return Math.max(0, -top) + Math.max(0, bottom - (view?.height ?? 0));
    }

    it('all of each is seen on a phone, which the address tells, and what one reads stays where it is', async () => {
      const page = await openNarrow('log=uneven&line=10002');
      await expect.poll(() => marked(page).textContent()).toContain('end');
      const width = () => viewport(page).evaluate((element) => element.scrollWidth - element.clientWidth);
      expect(await width()).toBeGreaterThan(500);
      const { top } = await boxOf(page, 10_002);
      await page.getByRole('button', { name: 'Wrap lines' }).click();
      await expect.poll(width).toBe(0);
      expect(new URL(page.url()).searchParams.get('wrap')).toBe('1');
      expect(Math.abs((await boxOf(page, 10_002)).top - top)).toBeLessThan(2);
      expect((await marked(page).boundingBox())?.height).toBeGreaterThan(140);
      await page.setViewportSize({ width: 700, height: 700 });
      await expect.poll(async () => (await marked(page).boundingBox())?.height).toBeLessThan(140);
      expect(Math.abs((await boxOf(page, 10_002)).top - top)).toBeLessThan(60);
      await page.keyboard.press('w');
      await expect.poll(width).toBeGreaterThan(200);
      expect(await hidden(page, 10_002)).toBe(0);
      expect(new URL(page.url()).searchParams.has('wrap')).toBe(false);
    });

    it('are gone to by their numbers, and found, each whole in view', async () => {
      const page = await openNarrow('log=uneven&line=12345&wrap=1');
      await expect.poll(() => hidden(page, 12_345)).toBe(0);
      for (const number of [1, 19_990, 5000, 40, 20_000, 5012, 7]) {
        await page.getByLabel('Go to line').fill(String(number));
        await page.getByLabel('Go to line').press('Enter');
        await expect.poll(() => marked(page).textContent()).toContain(`line ${number} `);
        await expect.poll(() => hidden(page, number)).toBe(0);
      }
      await search(page).fill('line 17017 ');
      await search(page).press('Enter');
      await expect.poll(() => hidden(page, 17_017), PATIENTLY).toBe(0);
    });

    it('move as far as the wheel does, up and down, from wherever one has gone', async () => {
      const page = await openNarrow('log=uneven&line=10002&wrap=1');
      await expect.poll(() => hidden(page, 10_002)).toBe(0);
      await viewport(page).hover();
      for (const stroke of [-250, -400, -150, 300, 420, -380, -500, -500, 60]) {
        const { number, top } = await viewport(page).evaluate((element, down) => {
          const view = element.getBoundingClientRect();
          // One that is still there after it.
          const rows = Array.from(element.querySelectorAll('.log-row'), (each) => ({
            number: Number.parseInt(each.textContent, 10),
            top: each.getBoundingClientRect().top - view.top,
          }));
          const seen = rows.filter((each) => each.top > 0 && each.top < view.height);
          return (down ? seen.at(-1) : seen[0]) ?? { number: 0, top: 0 };
        }, stroke > 0);
        await scroll(page, () => page.mouse.wheel(0, stroke));
        expect(Math.abs((await boxOf(page, number)).top - (top - stroke))).toBeLessThan(2);
      }
    });

    it('are read from the one end to the other, without one left out', async () => {
      const page = await openNarrow('log=uneven&wrap=1');
      await expect.poll(() => lastShown(page)).toContain('line 20000 ');
      await page.keyboard.press('g');
      await expect.poll(() => firstShown(page)).toBe(1);
      const numbers = async () => (await shown(page)).map((text) => Number.parseInt(text, 10));
      let before = await numbers();
      await viewport(page).focus();
      for (let down = 0; down < 10; down++) {
        await scroll(page, () => page.keyboard.press('PageDown'));
        const now = await numbers();
        expect(now[0]).toBeLessThanOrEqual((before.at(-1) ?? 0) + 1);
        expect(now[0]).toBeGreaterThan(before[0] ?? 0);
        expect(now).toEqual(now.map((_, i) => (now[0] ?? 0) + i));
        before = now;
      }
      for (let up = 0; before[0] !== 1; up++) {
        expect(up).toBeLessThan(12);
        await scroll(page, () => page.keyboard.press('PageUp'));
        const now = await numbers();
        expect(now.at(-1)).toBeGreaterThanOrEqual((before[0] ?? 0) - 1);
        before = now;
      }
      expect((await boxOf(page, 1)).top).toBe(0);
      await page.keyboard.press('G');
      await expect.poll(() => hidden(page, WRAPPED_LINES)).toBe(0);
    });

    it('are followed at the end, with a long progress bar as the last, until one scrolls up', async () => {
      const log = await addRun('wrapping', Array.from({ length: 200 }, (_, i) => `${uneven(i + 1)}\n`).join(''));
      const page = await openNarrow('log=wrapping&wrap=1');
      const isAtEnd = () =>
        viewport(page).evaluate((element) => {
          const last = Array.from(element.querySelectorAll('.log-row')).at(-1);
          return Math.abs((last?.getBoundingClientRect().bottom ?? 0) - element.getBoundingClientRect().bottom) < 2;
        });
      await expect.poll(() => lastShown(page)).toContain('line 200 ');
      await expect.poll(isAtEnd).toBe(true);
      await appendFile(log, `\r 10%|${'#'.repeat(150)}|`);
      await expect.poll(() => lastShown(page)).toContain('10%|#');
      await expect.poll(isAtEnd).toBe(true);
      await appendFile(log, `\r 20%|##|${ESC}[K`);
      await expect.poll(() => lastShown(page)).toBe('…  20%|##|');
      await expect.poll(isAtEnd).toBe(true);
      await appendFile(log, `\n${uneven(202)}\n${uneven(203)}\n`);
      await expect.poll(() => lastShown(page)).toContain('line 203 ');
      await expect.poll(isAtEnd).toBe(true);

      await viewport(page).hover();
      await scroll(page, () => page.mouse.wheel(0, -300));
      const [first, { top }] = await firstShown(page).then(async (line) => [line, await boxOf(page, line)] as const);
      await appendFile(log, `${uneven(204)}\n${uneven(205)}\n`);
      await page.getByRole('button', { name: '2 new lines' }).waitFor();
      expect((await boxOf(page, first)).top).toBe(top);
      await page.getByRole('button', { name: '2 new lines' }).click();
      await expect.poll(() => lastShown(page)).toContain('line 205 ');
      await expect.poll(isAtEnd).toBe(true);
    });
  });

  it('tell 300 matches in a line that is full of them, and all where it is marked', async () => {
    await addRun('full', `short\n${'ab'.repeat(1000)}\n`);
    const page = await open('log=full&find=a');
    const marks = viewport(page).locator('mark');
    await expect.poll(() => marks.count()).toBe(300);
    await page.getByRole('link', { name: 'Line 2' }).click();
    await expect.poll(() => marks.count()).toBe(1000);
  });

  it('show the log of each of the compared runs, or lead to the runs', async () => {
    await addRun('first', 'log of the first\n');
    await addRun('second', 'log of the second\n');
    const page = await open('runs=first,second');
    await expect.poll(() => shown(page)).toEqual(['1 log of the first']);
    await page.getByRole('link', { name: 'second' }).click();
    await expect.poll(() => shown(page)).toEqual(['1 log of the second']);
    await (await open('')).getByRole('link', { name: 'Choose runs' }).waitFor();
  });

  it('fit a phone', async () => {
    const page = await open('log=long&line=500000');
    await page.setViewportSize({ width: 390, height: 700 });
    await marked(page).waitFor();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow).toBeLessThanOrEqual(0);
    expect((await viewport(page).boundingBox())?.height).toBeGreaterThan(400);
    const field = page.getByLabel('Go to line');
    expect(await field.inputValue()).toBe('500000');
    expect(await field.evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  });
});
