import type { Page } from 'playwright-core';

/** What the page can look like. */
export interface Scene {
  readonly name: string;
  /** The query string, in which `{alias}` stands for the id of a run of the demo. */
  readonly address: string;
  /** What is done then, which ends with all being there. */
  readonly prepare: (page: Page) => Promise<unknown>;
}

const curves = (page: Page) => page.locator('canvas').first().waitFor();
const notice = (page: Page) => page.locator('.notice').waitFor();
const lines = (page: Page) => page.locator('.log-text').first().waitFor();

/** Each view as it is used, with what opens in it, and where there is nothing to see. */
export const SCENES: readonly Scene[] = [
  {
    name: 'runs, filtered and chosen',
    address: '?path=vision/cifar10&tags=sweep&runs={sgd-0.1},{sgd-0.4}&columns=config.lr,summary.minutes',
    prepare: (page) => page.locator('.runs-sparkline').first().waitFor(),
  },
  {
    name: 'runs, choosing a metric',
    address: '',
    prepare: async (page) => {
      await page.getByRole('button', { name: /^(Curve|曲线)/ }).click();
      await page.locator('.choice-menu').getByText('val/loss', { exact: true }).waitFor();
    },
  },
  { name: 'runs, none', address: '?text=404&status=running,failed&path=vision&tags=vit', prepare: notice },
  {
    name: 'charts of some runs',
    address: '?view=charts&runs={diverged},{baseline},{live}&smoothing=0.6&parameters=all&metric=loss',
    prepare: async (page) => {
      await page.locator('.plot-mark').first().waitFor();
      await page.locator('.plot-surface').first().focus();
      await page.keyboard.press('ArrowRight');
      await page.locator('.plot-values').first().waitFor();
    },
  },
  {
    name: 'charts, log scale',
    address: '?view=charts&runs={120 metrics}&logScale=1&axis=wall&folded=layers',
    prepare: curves,
  },
  {
    name: 'charts, one',
    address: '?view=charts&runs={live}&panel=grad_norm&range=100..200&axis=relative&ignoreOutliers=1',
    prepare: curves,
  },
  { name: 'charts, no metric', address: '?view=charts&runs={baseline}&metric=404', prepare: notice },
  {
    name: 'charts, no run',
    address: '?view=charts',
    prepare: (page) => page.locator('.charts-newest a').first().waitFor(),
  },
  { name: 'charts, missing run', address: '?view=charts&runs=404', prepare: notice },
  {
    name: 'charts, with help',
    address: '?view=charts&runs={sgd-3.2}',
    prepare: async (page) => {
      await curves(page);
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'logs, live', address: '?view=logs&runs={live},{baseline}', prepare: lines },
  {
    name: 'logs, found',
    address: '?view=logs&log={diverged}&line=5-8&find=损失',
    prepare: async (page) => {
      await lines(page);
      await page.keyboard.press('n');
      await page.locator('mark').first().waitFor();
    },
  },
  { name: 'logs, no run', address: '?view=logs', prepare: notice },
  { name: 'logs, missing run', address: '?view=logs&log=404', prepare: notice },
];
