import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserPath } from './browser.ts';
import { useDemo } from './demo.ts';
import { useViewers } from './viewers.ts';

describe.skipIf(browserPath === undefined)('someone without a mouse', { timeout: 60_000 }, () => {
  const demo = useDemo();
  const { open } = useViewers(demo.origin);
  const go = (address: string) => open(demo.at(address));

  function searchParameter(page: Page, name: string): string | null {
    return new URL(page.url()).searchParams.get(name);
  }

  async function press(page: Page, ...keys: readonly string[]): Promise<void> {
    for (const key of keys) await page.keyboard.press(key);
  }

  /** What has the focus, as it is called; `nothing` where that was lost. */
  function focused(page: Page): Promise<string> {
    return page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return 'nothing';
      return element.ariaLabel ?? element.closest('label')?.textContent ?? element.textContent;
    });
  }

  /** Whether what has the focus has a frame that is seen. */
  function isFocusSeen(page: Page): Promise<boolean> {
    return page.evaluate(() => {
      const element = document.activeElement;
      // A radio button is as large as nothing: what is seen is what it is called.
      const seen =
        element instanceof HTMLInputElement && element.type === 'radio' ? element.nextElementSibling : element;
      return seen !== null && getComputedStyle(seen).outlineStyle !== 'none';
    });
  }

  it('finds runs, chooses two, compares them, and enlarges a chart and comes back from it', async () => {
    const page = await go('');
    await page.getByText('16 runs').waitFor();
    await press(page, '/');
    await page.keyboard.type('sweep');
    await page.getByText('6 runs', { exact: true }).waitFor();
    // Escape empties the search; a second one leaves it.
    await press(page, 'Escape');
    await page.getByText('16 runs').waitFor();
    await press(page, 'Escape', 'j');
    await expect.poll(() => focused(page)).toBe('live');
    await press(page, 'j');
    await expect.poll(() => focused(page)).toBe('muon-0.02');
    expect(await isFocusSeen(page)).toBe(true);
    await press(page, 'x', 'ArrowDown', 'x', 'k', 'c');

    await page.getByRole('list', { name: 'Runs' }).getByText('muon-0.02').waitFor();
    await page.getByRole('slider', { name: 'Place in train/loss' }).waitFor();
    // The focus went with the table: the view has it, so that keys scroll it.
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('page-view');
    await press(page, 'j');
    await expect.poll(() => focused(page)).toBe('train/loss');
    expect(await isFocusSeen(page)).toBe(true);
    await press(page, 'f');
    await expect.poll(() => searchParameter(page, 'panel')).toBe('train/loss');
    await expect.poll(() => focused(page)).toBe('train/loss');
    await press(page, 'Escape');
    await expect.poll(() => searchParameter(page, 'panel')).toBeNull();
    await expect.poll(() => focused(page)).toBe('train/loss');
  });

  it('chooses an axis and a smoothing by the arrow keys, as everywhere', async () => {
    const page = await go('?view=charts&runs={baseline}');
    await page.getByRole('slider', { name: 'Place in train/loss' }).waitFor();
    await page.getByRole('radio', { name: 'Step' }).focus();
    await press(page, 'ArrowRight');
    await expect.poll(() => searchParameter(page, 'axis')).toBe('relative');
    expect(await isFocusSeen(page)).toBe(true);
    await page.getByRole('slider', { name: 'Smoothing' }).focus();
    await press(page, 'ArrowRight');
    await expect.poll(() => searchParameter(page, 'smoothing')).toBe('0.01');
  });

  it('searches a log, goes from match to match and to its ends', async () => {
    const page = await go('?view=logs&log={200k steps}');
    const marked = page.getByRole('log').locator('[aria-current]');
    await page.getByRole('log').getByText('val').first().waitFor();
    await press(page, '/');
    await page.keyboard.type('val_loss');
    await press(page, 'Enter');
    await marked.waitFor();
    const first = searchParameter(page, 'line');
    await press(page, 'Escape', 'n');
    await expect.poll(() => searchParameter(page, 'line')).not.toBe(first);
    await press(page, 'N');
    await expect.poll(() => searchParameter(page, 'line')).toBe(first);
    await press(page, 'g');
    await page.getByRole('link', { name: 'Line 1', exact: true }).waitFor();
    await press(page, 'G');
    await page.getByRole('button', { name: 'Follow', pressed: true }).waitFor();
  });

  it('asks what the keys do: they are told by the view, and do nothing meanwhile', async () => {
    const page = await go('?view=charts&runs={baseline}&range=1000..2000');
    await page.getByRole('slider', { name: 'Place in train/loss' }).waitFor();
    await page.getByRole('button', { name: 'Reset zoom' }).focus();
    const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    for (const end of ['Escape', '?']) {
      await press(page, '?');
      await help.getByText('zoom in at the cursor').waitFor();
      await help.getByText('Everywhere').waitFor();
      expect(await help.locator('kbd').allTextContents()).toEqual(expect.arrayContaining(['←', 'Esc', '?']));
      // Behind it nothing happens: no other scale, and Escape closes it and leaves the zoom alone.
      await press(page, 'l', end);
      await page.locator('dialog').waitFor({ state: 'detached' });
      expect(await focused(page)).toBe('Reset zoom');
    }
    expect(searchParameter(page, 'logScale')).toBeNull();
    expect(searchParameter(page, 'range')).toBe('1000..2000');
    await press(page, 'l');
    await expect.poll(() => searchParameter(page, 'logScale')).toBe('1');
  });

  it.for([
    { view: 'the runs', address: '?runs={baseline}', last: 'Compare 1' },
    {
      view: 'the charts',
      address: '?view=charts&runs={baseline}&metric=grad_norm&parameters=all',
      last: 'Place in grad_norm',
    },
    { view: 'the logs', address: '?view=logs&log={baseline}&line=3', last: 'Log' },
  ])(
    'gets through $view by the Tab key, from top to bottom, sees where it is, and is no farther from the other views',
    async ({ address, last }) => {
      const page = await go(address);
      await page.locator('canvas, tbody a, [aria-current="true"]').first().waitFor();
      for (const name of ['? Keys', 'Logs', /^Charts/, 'Runs', 'Runlens']) {
        await press(page, 'Shift+Tab');
        expect((await focused(page)).trim()).toMatch(name);
      }
      await page.locator('.page-view').focus();
      const tops: number[] = [];
      const names: string[] = [];
      while (names.at(-1) !== last) {
        await press(page, 'Tab');
        names.push((await focused(page)).trim());
        expect(names.at(-1)).not.toBe('nothing');
        expect(names.at(-1)).not.toBe('');
        expect([names.at(-1), await isFocusSeen(page)]).toEqual([names.at(-1), true]);
        tops.push(await page.evaluate(() => document.activeElement?.getBoundingClientRect().top ?? 0));
        expect(names.length).toBeLessThan(40);
      }
      // Beside each other, things may be of different height.
      for (const [index, top] of tops.entries()) expect(top).toBeGreaterThan((tops[index - 1] ?? 0) - 40);
    },
  );

  it('stays where one is while runs come and change', async () => {
    const page = await go('?order=status.asc');
    await page.getByText('16 runs').waitFor();
    await page.getByRole('link', { name: 'Log of live' }).focus();
    const best = page.locator('.runs-row').filter({ hasText: 'live' }).locator('.runs-best b');
    const before = await best.textContent();
    await demo.train(100);
    await expect.poll(() => best.textContent()).not.toBe(before);
    expect(await focused(page)).toBe('Log of live');
  });
});
