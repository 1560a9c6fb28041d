/**
 * `npm run screenshots`: photographs the page on the demo storage, for README and docs, into docs/images. It needs Chromium
 * (CHROMIUM names another one than /usr/bin/chromium) and fonts with Chinese characters.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const PROJECT = new URL('../', import.meta.url);
const IMAGES = new URL('docs/images/', PROJECT);

const DESKTOP = { width: 1280, height: 800 };
const STRIP = { width: 1280, height: 520 };
const PHONE = { width: 390, height: 844 };

interface Shot {
  /** Of the file, without its ending. */
  readonly name: string;
  /** The query string, in which the alias of a run stands for its id. */
  readonly query: string;
  readonly size: typeof DESKTOP;
  readonly scheme: 'light' | 'dark';
  readonly locale?: 'zh-CN';
  /** What is done before. */
  readonly prepare?: (page: Page) => Promise<void>;
}

const SWEEP = '{muon-0.02},{sgd-0.4},{adamw-0.003},{sgd-3.2},{live}';

const SHOTS: readonly Shot[] = [
  {
    name: 'runs',
    query: '?runs={muon-0.02},{sgd-0.4}&columns=config.optimizer,config.lr',
    size: DESKTOP,
    scheme: 'light',
  },
  { name: 'runs-zh', query: '?path=vision', size: DESKTOP, scheme: 'dark', locale: 'zh-CN' },
  {
    name: 'charts',
    query: `?view=charts&runs=${SWEEP}&smoothing=0.9`,
    size: DESKTOP,
    scheme: 'light',
  },
  {
    name: 'charts-dark',
    query: `?view=charts&runs=${SWEEP}&smoothing=0.9`,
    size: DESKTOP,
    scheme: 'dark',
  },
  {
    name: 'zoomed',
    query: '?view=charts&runs=,,{adamw-0.003},{sgd-3.2}&range=790..850&panel=train/loss&smoothing=0.5',
    size: STRIP,
    scheme: 'light',
    prepare: pointAt,
  },
  { name: 'logs', query: '?view=logs&log={live}', size: DESKTOP, scheme: 'dark' },
  { name: 'phone-runs', query: '', size: PHONE, scheme: 'light' },
  { name: 'phone-charts', query: `?view=charts&runs=${SWEEP}`, size: PHONE, scheme: 'dark' },
  { name: 'phone-logs', query: '?view=logs&log={live}', size: PHONE, scheme: 'light' },
];

const server = spawn(process.execPath, [fileURLToPath(new URL('dist/src/start.cjs', PROJECT)), '--port', '0'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu'],
});
try {
  const url = await addressOf(server);
  const runs = await runsByAlias(url);
  const wanted = process.argv.slice(2);
  for (const shot of SHOTS) if (wanted.length === 0 || wanted.includes(shot.name)) await take(browser, url, runs, shot);
} finally {
  await browser.close();
  server.kill();
  await once(server, 'exit');
}

async function addressOf({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) throw new Error('the gateway says nothing');
  for await (const line of createInterface(stdout)) {
    const [url] = /http:\/\/\S+/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('the gateway ended');
}

/** The ids of the demo's runs, once all are there. */
async function runsByAlias(url: string): Promise<ReadonlyMap<string, string>> {
  const answer = await fetch(`${url}/api/runs`);
  const runs: readonly { readonly id: string; readonly alias: string | null }[] = await answer.json();
  return new Map(runs.map(({ id, alias }) => [alias ?? id, id]));
}

async function take(from: Browser, url: string, runs: ReadonlyMap<string, string>, shot: Shot): Promise<void> {
  const { name, query, size, scheme, locale = 'en', prepare } = shot;
  const isPhone = size === PHONE;
  const context = await from.newContext({
    viewport: size,
    colorScheme: scheme,
    locale,
    isMobile: isPhone,
    hasTouch: isPhone,
  });
  const page = await context.newPage();
  const link = query.replaceAll(/\{(.+?)\}/g, (_, alias: string) => {
    const id = runs.get(alias);
    if (id === undefined) throw new Error(`the demo has no run '${alias}'`);
    return id;
  });
  await page.goto(`${url}/${link}`);
  await page.waitForFunction(isDrawn);
  await prepare?.(page);
  await page.screenshot({ path: fileURLToPath(new URL(`${name}.png`, IMAGES)) });
  await context.close();
  console.log(`docs/images/${name}.png`);
}

/** Runs in the page: whether there is something, and nothing that is seen is awaited. */
function isDrawn(): boolean {
  const isThere = document.querySelector('canvas, tbody a, .log-row') !== null;
  const awaited = Array.from(document.querySelectorAll('[aria-busy=true], .chart-loading, .log-skeleton, .runs-bone'));
  return isThere && awaited.every((element) => element.getBoundingClientRect().top > innerHeight);
}

/** Shows the values in the middle of the panel. */
async function pointAt(page: Page): Promise<void> {
  await page.locator('.plot-surface').hover();
}
