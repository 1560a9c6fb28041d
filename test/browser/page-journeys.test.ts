import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserPath } from './browser.ts';
import { useDemo } from './demo.ts';
import { useViewers } from './viewers.ts';

describe.skipIf(browserPath === undefined)('someone who looks at the demo', { timeout: 60_000 }, () => {
  const demo = useDemo();
  const { open, expectOutage } = useViewers(demo.origin);
  const go = (address: string) => open(demo.at(address));

  const runNames = (page: Page) => page.locator('.runs-name a').allTextContents();
  const runLink = (page: Page, name: string) => page.locator('.runs-name').getByRole('link', { name, exact: true });
  const panel = (page: Page, metric: string) => page.getByRole('region', { name: metric, exact: true });
  const slider = (page: Page, metric: string) => panel(page, metric).getByRole('slider');
  const marked = (page: Page) => page.getByRole('log').locator('[aria-current]');
  const said = (page: Page) => page.locator('footer').getByRole('status');

  function searchParameter(page: Page, name: string): string | null {
    return new URL(page.url()).searchParams.get(name);
  }

  /** The last place of a panel's axis; 0 before it is drawn. */
  async function end(page: Page, metric: string): Promise<number> {
    return Number(await slider(page, metric).getAttribute('aria-valuemax'));
  }

  /** Where a step is in a panel, on the screen. */
  async function placeOf(
    page: Page,
    metric: string,
    step: number,
  ): Promise<{ readonly x: number; readonly y: number }> {
    await expect.poll(() => end(page, metric)).toBeGreaterThan(0);
    const from = Number(await slider(page, metric).getAttribute('aria-valuemin'));
    const box = await slider(page, metric).boundingBox();
    if (!box) throw new Error(`${metric} is not drawn`);
    const share = (step - from) / ((await end(page, metric)) - from);
    return { x: box.x + box.width * share, y: box.y + box.height / 2 };
  }

  /** Selects a part of a chart's axis. */
  async function drag(page: Page, fromStep: number, toStep: number): Promise<void> {
    const [from, to] = [await placeOf(page, 'grad_norm', fromStep), await placeOf(page, 'grad_norm', toStep)];
    await page.mouse.move(from.x, from.y);
    await page.mouse.down();
    await page.mouse.move(to.x, to.y, { steps: 3 });
    await page.mouse.up();
  }

  it('finds the best of a sweep by its folder, and compares it with another run', async () => {
    const page = await go('');
    await page.getByRole('searchbox', { name: 'Search runs' }).fill('cifar10');
    await expect.poll(() => runNames(page)).not.toContain('diverged');
    await page.locator('.runs-folder').getByRole('link', { name: 'sweep' }).first().click();
    await expect.poll(async () => (await runNames(page)).length).toBe(6);
    await page.getByRole('button', { name: 'Best' }).click();
    await expect.poll(async () => (await runNames(page))[0]).toBe('muon-0.02');
    await page.getByRole('checkbox', { name: 'Compare muon-0.02' }).click();

    const folders = page.getByRole('navigation', { name: 'Folder' });
    await folders.getByRole('link', { name: 'cifar10' }).click();
    await page.getByRole('checkbox', { name: 'Compare baseline' }).click();
    await page.getByRole('link', { name: 'Compare 2' }).click();
    const legend = page.getByRole('list', { name: 'Runs' });
    await expect
      .poll(() => legend.getByRole('button', { pressed: true }).allInnerTexts())
      .toEqual(['muon-0.02', 'baseline']);

    await page.getByRole('button', { name: 'Hyperparameters' }).click();
    const parameters = page.getByRole('region', { name: 'Hyperparameters' });
    await parameters
      .getByRole('row')
      .filter({ hasText: 'optimizer' })
      .filter({ hasText: /muon.*sgd/ })
      .waitFor();
  });

  it('zooms into a spike, down to the single step at which it was', async () => {
    const page = await go('');
    await runLink(page, 'baseline').click();
    await slider(page, 'grad_norm').scrollIntoViewIfNeeded();
    await drag(page, 3000, 4500);
    await expect.poll(() => searchParameter(page, 'range')).toMatch(/^(29|30)\d\d.*\.\.4[45]\d\d/);
    await drag(page, 3750, 3800);
    await expect.poll(() => searchParameter(page, 'range')).toMatch(/^37[45]\d.*\.\.(379|380)\d/);

    // All panels show it, and each step has a value of its own.
    const values: string[] = [];
    await slider(page, 'grad_norm').focus();
    for (let step = 3776; step <= 3778; step++) {
      const { x, y } = await placeOf(page, 'grad_norm', step);
      await expect
        .poll(async () => {
          await page.mouse.move(x, y);
          return slider(page, 'grad_norm').getAttribute('aria-valuetext');
        })
        .toContain(`step ${step.toLocaleString('en')}, baseline`);
      values.push((await slider(page, 'grad_norm').getAttribute('aria-valuetext'))?.split('baseline ')[1] ?? '');
    }
    expect(values[1]).toBe('43.6');
    expect(Math.max(Number(values[0]), Number(values[2]))).toBeLessThan(5);

    await page.keyboard.press('0');
    await expect.poll(() => end(page, 'grad_norm')).toBeGreaterThan(5000);
  });

  it('sees where a run diverged, in the list and in its chart, and reads in its log why', async () => {
    const page = await go('?text=diverged');
    await page.getByRole('img', { name: /NaN or infinite 50×/ }).waitFor();
    await runLink(page, 'diverged').click();
    await panel(page, 'loss').getByRole('img', { name: 'diverged: +∞ 30 times, from step 1,151 to 1,180' }).waitFor();
    await panel(page, 'loss').getByRole('img', { name: 'diverged: NaN 20 times, from step 1,181 to 1,200' }).waitFor();

    await page.getByRole('link', { name: 'Log of diverged' }).click();
    await page.getByRole('searchbox').fill('无穷大');
    await page.keyboard.press('Enter');
    await marked(page).getByText('损失溢出为无穷大').waitFor();
    await expect.poll(() => said(page).textContent()).toBe('Found in line 27');
  });

  it('watches a run that trains: its curve and its log go on, and the log is let go of and followed again', async () => {
    const page = await go('');
    await runLink(page, 'live').click();
    await expect.poll(() => end(page, 'train/loss')).toBeGreaterThan(400);
    const before = await end(page, 'train/loss');
    await demo.train(10);
    await expect.poll(() => end(page, 'train/loss')).toBe(before + 10);

    await page.setViewportSize({ width: 1280, height: 400 });
    await page.getByRole('link', { name: 'Log of live' }).click();
    const log = page.getByRole('log');
    await log.getByText(/Epoch 10\/48: +82%/).waitFor();
    await demo.train(5);
    await log.getByText(/Epoch 10\/48: +92%/).waitFor();
    await log.evaluate((element) => element.scrollTo({ top: 0 }));
    await log.getByText('ResNet-18').waitFor();
    // The line of the bar, and what is printed at the end of an epoch.
    await demo.train(10);
    await page.getByRole('button', { name: '2 new lines' }).click();
    await log.getByText('epoch 10', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Follow', pressed: true }).waitFor();
  });

  it('sends a colleague links to what is seen: opened, they show the same', async () => {
    const addresses = [
      '?text=sweep&path=vision&order=best_metric.desc&columns=config.lr,summary.minutes&runs={sgd-3.2},{muon-0.02}&spark=val/loss',
      '?view=charts&runs={baseline},,{muon-0.02}&axis=relative&range=600..1800&smoothing=0.9&logScale=1&ignoreOutliers=1&metric=loss&hidden={baseline}&parameters=differing',
      '?view=charts&runs={baseline}&panel=grad_norm&range=3700..3800',
      '?view=logs&log={200k steps}&line=1200-1203&find=loss&findCase=1',
    ];
    for (const address of addresses) {
      const own = await go(address);
      const theirs = await open(new URL(own.url()).search, { locale: 'en' });
      const picture = await shown(own);
      expect(picture).toMatch(/muon-0\.02|baseline|200k steps/);
      await expect.poll(() => shown(theirs)).toBe(picture);
      expect(theirs.url()).toBe(own.url());
    }
  });

  /** All that is said of a page, once nothing is awaited. */
  async function shown(page: Page): Promise<string> {
    const awaited = page
      .locator('.chart-loading, .log-skeleton, .runs-bone, [aria-busy="true"]')
      .filter({ visible: true });
    await expect.poll(() => awaited.count()).toBe(0);
    await page.locator('canvas, tbody a, [aria-current="true"]').first().waitFor();
    return page.locator('body').ariaSnapshot();
  }

  it('goes back through what was looked at, and forward again', async () => {
    const page = await go('');
    const places: { readonly url: string; readonly isThere: () => Promise<unknown> }[] = [];
    const visit = async (step: () => Promise<void>, isThere: () => Promise<unknown>) => {
      await step();
      await isThere();
      places.push({ url: page.url(), isThere });
    };
    const heading = (name: string) => page.getByRole('heading', { level: 1, name }).waitFor({ state: 'attached' });
    await visit(
      async () => {},
      () => page.getByText('16 runs').waitFor(),
    );
    await visit(
      () => page.locator('.runs-folder').getByRole('link', { name: 'sweep' }).first().click(),
      () => page.getByText('6 runs', { exact: true }).waitFor(),
    );
    await visit(
      () => runLink(page, 'sgd-0.4').click(),
      () => Promise.all([heading('Charts'), panel(page, 'train/loss').waitFor()]),
    );
    await visit(
      () => page.getByRole('button', { name: 'Enlarge val/loss' }).click(),
      () => page.getByRole('button', { name: 'Back to all panels' }).waitFor(),
    );
    await visit(
      () => page.getByRole('link', { name: 'Log of sgd-0.4' }).click(),
      () => Promise.all([heading('Logs'), page.getByRole('log').getByText('val_accuracy').last().waitFor()]),
    );
    await visit(
      () =>
        page
          .getByRole('button', { name: 'Start' })
          .click()
          .then(() => page.getByRole('link', { name: 'Line 2', exact: true }).click()),
      () => marked(page).waitFor(),
    );
    for (const { url, isThere } of places.slice(0, -1).toReversed()) {
      await page.goBack();
      await isThere();
      expect(page.url()).toBe(url);
    }
    for (const { url, isThere } of places.slice(1)) {
      await page.goForward();
      await isThere();
      expect(page.url()).toBe(url);
    }
  });

  it('is told while the gateway is gone, keeps what is there, and sees what came meanwhile when it is back', async () => {
    const [runs, charts, logs] = [
      await go(''),
      await go('?view=charts&runs={live}'),
      await go('?view=logs&log={live}'),
    ];
    const lines = async () => Number.parseInt((await logs.locator('.log-count').textContent()) ?? '', 10);
    await runs.getByText('16 runs').waitFor();
    await expect.poll(() => end(charts, 'train/loss')).toBeGreaterThan(0);
    await expect.poll(lines).toBeGreaterThan(0);
    const before = [await end(charts, 'train/loss'), await lines()] as const;

    expectOutage();
    await demo.stop();
    for (const page of [runs, charts, logs]) await page.getByRole('banner').getByText('Reconnecting…').waitFor();
    await demo.train(50);
    expect(await runNames(runs)).toContain('live');
    expect([await end(charts, 'train/loss'), await lines()]).toEqual(before);

    await demo.startAgain();
    await expect.poll(() => end(charts, 'train/loss')).toBe(before[0] + 50);
    await expect.poll(lines).toBe(before[1] + 2);
    for (const page of [runs, charts, logs]) {
      await expect.poll(() => page.getByRole('banner').getByText('Reconnecting…').count()).toBe(0);
    }
    await demo.train(1);
    await expect.poll(() => end(charts, 'train/loss')).toBe(before[0] + 51);
  });
});
