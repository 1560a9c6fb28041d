import { describe, expect, it } from 'vitest';
import { browserPath } from './browser.ts';
import { useDemo } from './demo.ts';
import { outOfReach, violations } from './everyone.ts';
import { SCENES } from './scenes.ts';
import { useViewers } from './viewers.ts';

describe.skipIf(browserPath === undefined)('the page, for everyone', { timeout: 60_000 }, () => {
  const demo = useDemo();
  const { open } = useViewers(demo.origin);

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
});
