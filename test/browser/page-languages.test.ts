import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { browserPath } from './browser.ts';
import { useDemo } from './demo.ts';
import { SCENES } from './scenes.ts';
import { useViewers } from './viewers.ts';

/** What is called so in Chinese too. */
const SAME_IN_CHINESE = ['Runlens', 'Epoch', 'NaN', 'Enter', 'Shift', 'Esc', 'Aa'];
/** What runs are made of, and need not be understood. */
const DATA =
  '.log-text, canvas, noscript, .choice-menu label, .charts-parameters-table td, .charts-parameters-table th[scope="row"], .runs-value, .runs-id';

const LATIN = /[a-z]{2,}/i;
const CHINESE = /\p{Script=Han}/u;

describe.skipIf(browserPath === undefined)('the page in the language of its user', { timeout: 60_000 }, () => {
  const demo = useDemo();
  const { open } = useViewers(demo.origin);

  /** All that is said: what is seen, and what things are called for those who do not see. */
  async function saidOn(page: Page): Promise<readonly string[]> {
    const said = await page.evaluate((data) => {
      const texts: string[] = [document.title];
      for (const element of document.querySelectorAll('body *')) {
        if (element.matches(data) || element.closest(data)) continue;
        for (const name of ['aria-label', 'aria-valuetext', 'title', 'placeholder', 'alt']) {
          texts.push(element.getAttribute(name) ?? '');
        }
        for (const node of element.childNodes) if (node instanceof Text) texts.push(node.data);
      }
      return texts;
    }, DATA);
    return said.map((text) => text.trim()).filter((text) => text !== '');
  }

  /** Names of runs, folders, tags, metrics and the like, the longest first. */
  async function dataNames(): Promise<readonly string[]> {
    const query = `{ runs(first: 100) { nodes { runId alias path tags config summary
      columns(first: 500) { nodes { name } } bestMetric { name } } } }`;
    const body = JSON.stringify({ query });
    const headers = { 'content-type': 'application/json' };
    const answer = (await demo.gateway().request('/graphql', { method: 'POST', headers, body })).json();
    const fields = new Set(query.match(/\w+/g));
    const names = [...stringsIn(answer), 'warmup', 'train', 'cooldown'].filter((name) => !fields.has(name));
    const parts = names.flatMap((name) => name.split(/[/.]/));
    return [...new Set([...names, ...parts])]
      .filter((name) => LATIN.test(name))
      .toSorted((a, b) => b.length - a.length);
  }

  it('is English or Chinese by what the browser asks for, and says so', async () => {
    for (const [locale, lang, runs] of [
      ['zh-CN', 'zh-Hans', '运行'],
      ['en', 'en', 'Runs'],
    ] as const) {
      const page = await open('', { locale });
      await page.getByRole('link', { name: runs, exact: true }).waitFor();
      expect(await page.evaluate(() => document.documentElement.lang)).toBe(lang);
      expect(await page.title()).toBe(`${runs} · Runlens`);
    }
  });

  it('leaves nothing English in Chinese, but for names', async () => {
    const names = await dataNames();
    const isEnglish = (text: string) =>
      LATIN.test([...names, ...SAME_IN_CHINESE].reduce((left, known) => left.replaceAll(known, ' '), text));
    expect(await saidInAllScenes('zh-CN', isEnglish)).toEqual([]);
  });

  it('leaves nothing Chinese in English, but for names', async () => {
    const isChinese = (text: string) => CHINESE.test(text.replaceAll(/中文|基线|损失/g, ''));
    expect(await saidInAllScenes('en', isChinese)).toEqual([]);
  });

  async function saidInAllScenes(
    locale: 'en' | 'zh-CN',
    isLeft: (text: string) => boolean,
  ): Promise<readonly string[]> {
    const left: string[] = [];
    const page = await open('', { locale });
    for (const { name, address, prepare } of SCENES) {
      await page.goto(`${demo.origin()}/${demo.at(address)}`);
      await prepare(page);
      left.push(...(await saidOn(page)).filter(isLeft).map((text) => `${name}: ${text}`));
    }
    return left;
  }
});

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.keys(value).concat(Object.values(value).flatMap(stringsIn));
}
