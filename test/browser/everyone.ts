import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe finds wrong, as `rule: element`. The page's policy keeps scripts out of it, but not the debugger. */
export async function violations(page: Page, rules: readonly string[] = []): Promise<readonly string[]> {
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

/** What can be used, but can be brought into view by no scrolling, or lies under something else there. */
export function outOfReach(page: Page): Promise<readonly string[]> {
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
