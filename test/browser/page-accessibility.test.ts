import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserPath } from './browser.ts';
import { useDemo } from './demo.ts';
import { SCENES } from './scenes.ts';
import { useViewers } from './viewers.ts';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describe.skipIf(browserPath === undefined)('the page, for everyone', { timeout: 60_000 }, () => {
  const demo = useDemo();
  const { open } = useViewers(demo.origin);

  /** What axe finds wrong, as `rule: element`. The page's policy keeps scripts out of it, but not the debugger. */
  async function violations(page: Page, rules: readonly string[] = []): Promise<readonly string[]> {
    await page.evaluate(axe);
    await page.evaluate(finishAnimations);
    const options = { resultTypes: ['violations'], preload: false, ...(rules.length > 0 && { runOnly: rules }) };
    const results = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
    return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
  }

  /** What fades in has its colours at last. */
  function finishAnimations(): void {
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY) animation.finish();
    }
  }

  it.for(SCENES)('axe finds nothing wrong in $name, and all of it is within reach on a phone', async (scene) => {
    const desk = await open(demo.at(scene.address));
    await scene.prepare(desk);
    expect(await violations(desk)).toEqual([]);
    await desk.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(desk, ['color-contrast'])).toEqual([]);

    const phone = await open(demo.at(scene.address), { isPhone: true });
    await scene.prepare(phone);
    expect(await violations(phone)).toEqual([]);
    expect(await phone.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    expect(await outOfReach(phone)).toEqual([]);
  });

  /** What can be used, but can be brought into view by no scrolling, or lies under something else there. */
  function outOfReach(page: Page): Promise<readonly string[]> {
    return page.evaluate(() => {
      const isHit = (element: Element) => {
        element.scrollIntoView({ block: 'center', inline: 'center' });
        const { left, top, width, height } = element.getBoundingClientRect();
        const found = document.elementFromPoint(left + width / 2, top + height / 2);
        return found !== null && (element.contains(found) || found.contains(element));
      };
      const scope = document.querySelector('dialog[open], [popover]:popover-open') ?? document.body;
      return Array.from(scope.querySelectorAll('a[href], button, input, select, [role=slider]'))
        .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.matches('.hidden'))
        .filter((element) => !isHit(element))
        .map((element) => element.outerHTML);
    });
  }
});
