import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page, WebSocket } from 'playwright-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OPEN } from '../../src/http/access/access.ts';
import type { Limits } from '../../src/http/limits/limits.ts';
import { startTestGateway, type TestGateway } from '../support/gateway.ts';
import { eventLines, makeStorage, metricsEvent, START, type TestStorage } from '../support/storage.ts';
import { browserPath } from './browser.ts';
import { outOfReach, violations } from './everyone.ts';
import { useViewers } from './viewers.ts';

const TOKEN = 'a token of sixteen'.replaceAll(' ', '-');
const NEW_TOKEN = `${TOKEN}-and-more`;
const CHARTS = '?view=charts&runs=run-1&metric=loss';
const LOG = '?view=logs&log=run-1';
const STEPS = 20;

describe.skipIf(browserPath === undefined)('the page of a gateway that asks for a token', { timeout: 60_000 }, () => {
  let storage: TestStorage;
  let directory: string;
  let gateway: TestGateway;

  beforeEach(async () => {
    storage = await makeStorage();
    directory = await storage.addRun('run-1', {
      status: { status: 'running', started_at: START },
      events: Array.from({ length: STEPS }, (_, i) => metricsEvent(i + 1, { loss: 1 / (i + 1) })),
      files: { 'logs.txt': 'line 1\nline 2\n' },
    });
    gateway = await startTestGateway(storage, { access: { ...OPEN, token: TOKEN } });
  });
  afterEach(async () => {
    await gateway.close();
    await storage.remove();
  });
  // Behind that, so that its pages are closed before.
  const { open, expectOutage, expectSignIn } = useViewers(() => gateway.url);

  /** Ends the gateway, and starts another one where it was. */
  async function restart(token: string | null, limits: Partial<Limits> = {}): Promise<void> {
    const port = Number(new URL(gateway.url).port);
    expectOutage();
    await gateway.close();
    gateway = await startTestGateway(storage, { port, access: { ...OPEN, token }, limits });
  }

  const field = (page: Page) => page.getByLabel('Token', { exact: true });
  const form = (page: Page) => page.getByRole('form', { name: 'Sign in' });
  const alert = (page: Page) => form(page).getByRole('alert');
  const chart = (page: Page) => page.getByRole('slider', { name: 'Place in loss' });
  const line = (page: Page, text: string) => page.getByRole('log').getByText(text, { exact: true });
  const signOut = (page: Page) => page.getByRole('banner').getByRole('button', { name: 'Sign out' });

  async function signIn(page: Page, token = TOKEN): Promise<void> {
    await field(page).fill(token);
    await page.keyboard.press('Enter');
    await form(page).waitFor({ state: 'detached' });
  }

  /** Tells one load of the page from the next. */
  const loadedAt = (page: Page) => page.evaluate(() => performance.timeOrigin);
  const lastStep = (page: Page) => chart(page).getAttribute('aria-valuemax');
  const log = (text: string) => appendFile(join(directory, 'logs.txt'), text);
  const train = (step: number) =>
    appendFile(join(directory, 'events.jsonl'), eventLines([metricsEvent(step, { loss: 1 / step })]));

  it('asks for it where it was opened, tells a wrong one, shows with the right one what is there, and keeps it', async () => {
    expectSignIn();
    const page = await open(LOG);
    await form(page).waitFor();
    const { url, loaded } = { url: page.url(), loaded: await loadedAt(page) };
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('sign-in-token');
    expect(await page.getByRole('log').count()).toBe(0);
    expect(await signOut(page).count()).toBe(0);
    await field(page).fill(`${TOKEN}?`);
    await page.keyboard.press('Enter');
    await alert(page).getByText('This is not the token of the gateway.').waitFor();
    expect(await field(page).evaluate((element) => element === document.activeElement)).toBe(true);
    expect(
      await page
        .getByRole('textbox', { description: /not the token/ })
        .or(field(page))
        .count(),
    ).toBe(1);

    await signIn(page, ` ${TOKEN} `);
    await line(page, 'line 2').waitFor();
    await log('line 3\n');
    await line(page, 'line 3').waitFor();
    expect({ url: page.url(), loaded: await loadedAt(page) }).toEqual({ url, loaded });
    const kept = await page.evaluate(() => document.cookie + JSON.stringify(localStorage));
    expect(kept).not.toMatch(new RegExp(`${TOKEN}|runlens_`));

    await page.reload();
    await line(page, 'line 3').waitFor();
    await log('line 4\n');
    await line(page, 'line 4').waitFor();
    expect(await form(page).count()).toBe(0);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download' }).click();
    expect(await (await download).failure()).toBe(null);
  });

  it('asks again where the token has changed meanwhile, and goes on from where it was, without a load', async () => {
    expectSignIn();
    const charts = await open(CHARTS);
    await signIn(charts);
    await expect.poll(() => lastStep(charts)).toBe(`${STEPS}`);
    const logs = await charts.context().newPage();
    await logs.goto(`${gateway.url}/${LOG}`);
    await line(logs, 'line 2').waitFor();
    const loaded = [await loadedAt(charts), await loadedAt(logs)];

    await restart(NEW_TOKEN);
    for (const page of [charts, logs]) await form(page).waitFor();
    expect([await chart(charts).count(), await logs.getByRole('log').count()]).toEqual([0, 0]);
    expect(await charts.getByText('Reconnecting…').count()).toBe(0);
    await train(STEPS + 1);
    await log('line 3\n');
    // Both are signed in by that: they share the cookie.
    await signIn(charts, NEW_TOKEN);
    await line(logs, 'line 3').waitFor();
    await expect.poll(() => lastStep(charts)).toBe(`${STEPS + 1}`);
    await train(STEPS + 2);
    await log('line 4\n');
    await line(logs, 'line 4').waitFor();
    await expect.poll(() => lastStep(charts)).toBe(`${STEPS + 2}`);
    expect(await logs.getByRole('log').textContent()).toMatch(/line 1.*line 2.*line 3.*line 4/s);
    expect([await loadedAt(charts), await loadedAt(logs)]).toEqual(loaded);
  });

  it('asks again where a request is refused while the socket holds, as when the cookie has run out', async () => {
    expectSignIn();
    const page = await open(LOG);
    await signIn(page);
    await line(page, 'line 2').waitFor();
    await page.context().clearCookies();
    await page.getByRole('link', { name: 'Runs', exact: true }).click();
    await signIn(page);
    await page.getByRole('link', { name: 'run-1', exact: true }).waitFor();
    expect(await page.locator('main').getByRole('alert').count()).toBe(0);
  });

  it('asks the gateway for nothing until one has signed in', async () => {
    expectSignIn();
    const page = await open(CHARTS);
    await signIn(page);
    await page.clock.install();
    await page.reload();
    await chart(page).waitFor();
    await restart(NEW_TOKEN);
    await form(page).waitFor();
    let asked = 0;
    page.on('request', () => asked++);
    page.on('websocket', () => asked++);
    await page.clock.runFor('10:00');
    expect(asked).toBe(0);
    await signIn(page, NEW_TOKEN);
    await chart(page).waitFor();
    expect(asked).toBeGreaterThan(0);
  });

  it('lets one sign out, in all tabs, and sign in again in one of them for all', async () => {
    expectSignIn();
    const page = await open(CHARTS);
    await signIn(page);
    await chart(page).waitFor();
    const other = await page.context().newPage();
    const sockets: WebSocket[] = [];
    other.on('websocket', (socket) => sockets.push(socket));
    await other.goto(`${gateway.url}/${LOG}`);
    await line(other, 'line 2').waitFor();
    await signOut(page).click();
    for (const tab of [page, other]) await form(tab).waitFor();
    await expect.poll(() => sockets.map((socket) => socket.isClosed())).toEqual([true]);
    expect(await page.context().cookies()).toEqual([]);
    await log('line 3\n');
    await signIn(page);
    await line(other, 'line 3').waitFor();
    await chart(page).waitFor();
  });

  it('has keys that are for the token only, until the view is there', async () => {
    expectSignIn();
    const page = await open('');
    await form(page).waitFor();
    await page.getByRole('button', { name: 'Sign in' }).focus();
    await page.keyboard.press('?');
    await page.keyboard.press('/');
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('BUTTON');
    await signIn(page);
    await page.getByRole('link', { name: 'run-1', exact: true }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
  });

  it('says that the gateway does not answer, or not so often, and that cookies are needed', async () => {
    await restart(TOKEN, { requestsPerMinute: 40 });
    expectSignIn();
    const page = await open(CHARTS);
    await form(page).waitFor();
    const tell = async (text: RegExp) => {
      await expect
        .poll(async () => {
          await field(page).fill('wrong');
          await page.keyboard.press('Enter');
          await form(page).and(page.locator('[aria-busy=false]')).waitFor();
          return alert(page).textContent();
        })
        .toMatch(text);
    };
    await tell(/^Too many requests came from you. Try again in \d+ s.$/);
    await gateway.close();
    await tell(/^The gateway does not answer/);
    await page.evaluate(() => Object.defineProperty(navigator, 'cookieEnabled', { value: false }));
    await tell(/^Your browser keeps no cookies/);
  });

  it('goes on without where the gateway asks for none any more, and offers no way out of what one is not in', async () => {
    expectSignIn();
    const page = await open(CHARTS);
    await form(page).waitFor();
    await restart(null);
    await field(page).fill(TOKEN);
    await page.keyboard.press('Enter');
    await chart(page).waitFor();
    expect(await signOut(page).count()).toBe(0);
  });

  it.for([
    { locale: 'en', name: 'Sign in', wrong: 'This is not the token of the gateway.' },
    { locale: 'zh-CN', name: '登录', wrong: '令牌不正确。' },
  ] as const)(
    'axe finds nothing wrong in $locale, on a phone neither, before one has signed in and after',
    async ({ locale, name, wrong }) => {
      expectSignIn();
      for (const isPhone of [false, true]) {
        const page = await open(CHARTS, { locale, isPhone });
        await page.getByRole('form', { name }).waitFor();
        await page.locator('#sign-in-token').fill('wrong');
        await page.keyboard.press('Enter');
        await page.getByRole('alert').getByText(wrong).waitFor();
        const check = async () => {
          expect(await violations(page)).toEqual([]);
          await page.emulateMedia({ colorScheme: 'dark' });
          expect(await violations(page, ['color-contrast'])).toEqual([]);
          expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
          expect(await outOfReach(page)).toEqual([]);
        };
        await check();
        await page.locator('#sign-in-token').fill(TOKEN);
        await page.keyboard.press('Enter');
        await page
          .getByRole('banner')
          .getByRole('button', { name: /^(Sign out|退出登录)$/ })
          .waitFor();
        await page.locator('canvas').first().waitFor();
        await check();
      }
    },
  );
});
