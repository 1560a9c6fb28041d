/** What is measured of the page, in Chromium. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { withGateway } from '../harness/gateway-process.ts';
import { median, timing } from '../harness/measure.ts';
import { type Measured, measureEach } from '../harness/measured.ts';
import { PAGE } from '../harness/places.ts';
import { grouped, renderTiming, significant } from '../harness/table.ts';
import { FOUR_METRICS, writeEvents } from '../inputs/events-file.ts';
import { logLines, makeRun } from '../inputs/log-lines.ts';
import { addRun, addSmallRuns, makeStorage } from '../inputs/run-store.ts';
import { type Frames, firstCurve, framesWhile, withBrowser, withPage } from './page-browser.ts';
import { makeComparedRuns } from './page-storage.ts';

export interface PageSizes {
  readonly rounds: number;
  /** Of the run whose first curve is waited for. */
  readonly steps: number;
  readonly panned: { readonly runs: number; readonly metrics: number; readonly steps: number };
  /** In the table that is scrolled, and in the log. */
  readonly runs: number;
  readonly lines: number;
  /** How long something is done in every frame. */
  readonly seconds: number;
}

export const FULL_PAGE: PageSizes = {
  rounds: 9,
  steps: 1_000_000,
  panned: { runs: 5, metrics: 20, steps: 2000 },
  runs: 10_000,
  lines: 1_000_000,
  seconds: 5,
};

export const SMALL_PAGE: PageSizes = {
  rounds: 1,
  steps: 20_000,
  panned: { runs: 2, metrics: 4, steps: 500 },
  runs: 200,
  lines: 5000,
  seconds: 0.3,
};

interface PagePlan extends PageSizes {
  readonly storage: string;
  readonly browser: Browser;
}

const SCRIPT_LIMIT_KB = 120;
const FIRST_CURVE_LIMIT_MS = 1000;

/** @param directory for files and storages */
export async function measurePage(directory: string, sizes: PageSizes): Promise<Measured> {
  return withBrowser((browser) =>
    measureEach([measureScript, measureFirstCurve, measurePanning, measureTable, measureLog], {
      ...sizes,
      storage: directory,
      browser,
    }),
  );
}

async function measureScript(): Promise<Measured> {
  const scripts = readdirSync(join(PAGE, 'assets')).filter((name) => name.endsWith('.js'));
  const bytes = scripts.reduce((sum, name) => sum + gzipSync(readFileSync(join(PAGE, 'assets', name))).length, 0);
  const size = bytes / 1000;
  return {
    compared: [],
    figures: [{ name: 'script of the page, gzipped', text: `${significant(size)} kB` }],
    bars: [
      { name: 'script of the page, gzipped', figure: size, must: 'be at most', limit: SCRIPT_LIMIT_KB, unit: ' kB' },
    ],
  };
}

async function measureFirstCurve({ storage, browser, steps, rounds }: PagePlan): Promise<Measured> {
  const root = makeStorage(join(storage, 'first-curve'));
  const file = join(root, 'events.jsonl');
  await writeEvents(file, FOUR_METRICS, 0, steps);
  addRun(root, 'long', file);
  const times = await withGateway(root, async ({ url }) => {
    const link = `${url}/?view=charts&runs=long`;
    // The gateway has read the run, and the browser has its own processes.
    await firstCurve(browser, link);
    const seen: number[] = [];
    for (let round = 0; round < rounds; round++) seen.push(await firstCurve(browser, link));
    return timing(seen);
  });
  const name = `link opened to first curve, ${grouped(steps)} steps`;
  return {
    compared: [],
    figures: [{ name, text: renderTiming(times) }],
    bars: [{ name, figure: times.median, must: 'be at most', limit: FIRST_CURVE_LIMIT_MS, unit: ' ms' }],
  };
}

async function measurePanning({ storage, browser, panned, seconds, rounds }: PagePlan): Promise<Measured> {
  const { runs, metrics, steps } = panned;
  const { root, runIds } = makeComparedRuns(join(storage, 'panned'), runs, metrics, steps);
  const ours = await withGateway(root, ({ url }) =>
    withPage(browser, async (page) => {
      await page.goto(`${url}/?view=charts&runs=${runIds.join()}&range=0..${steps}`);
      await curvesAreDrawn(page, runs * metrics);
      await page.keyboard.down('Shift');
      return inRounds(rounds, () => framesWhile(page, seconds / rounds, panPanels));
    }),
  );
  const theirs = await withPage(browser, async (page) => {
    await page.goto('about:blank');
    const { resolve } = createRequire(import.meta.url);
    await page.addStyleTag({ path: resolve('uplot/dist/uPlot.min.css') });
    await page.addScriptTag({ path: resolve('uplot/dist/uPlot.iife.min.js') });
    await page.evaluate(drawBarePlots, panned);
    await curvesAreDrawn(page, runs * metrics);
    return inRounds(rounds, () => framesWhile(page, seconds / rounds, panBarePlots));
  });
  for (const [side, { curves }] of Object.entries({ ours, theirs })) {
    if (curves < runs * metrics) throw new Error(`${side}: only ${curves} curves were drawn in the median frame`);
  }
  const name = `a frame of panning ${metrics} panels × ${runs} runs × ${grouped(steps)} points`;
  const [mine, bare] = [ours, theirs].map(({ rounds: each }) => timing(each));
  return {
    compared: [{ name, rival: 'uPlot alone', ours: mine, theirs: bare, ratio: bare.median / mine.median }],
    figures: [{ name: name.replace('a frame of ', ''), text: renderFrames(ours) }],
    bars: [],
  };
}

async function curvesAreDrawn(page: Page, count: number): Promise<void> {
  await page.waitForFunction((least) => window.curvesDrawn >= least, count);
}

/** Runs in the page: drags the first panel to and fro with Shift, a pixel or some a frame. */
function panPanels(frame: number): void {
  const surface = document.querySelector('.plot-surface');
  if (!surface) throw new Error('there is no plot');
  const box = surface.getBoundingClientRect();
  const place = (left: number) => ({
    bubbles: true,
    pointerId: 1,
    pointerType: 'mouse',
    shiftKey: true,
    clientX: box.left + left,
    clientY: box.top + box.height / 2,
  });
  surface.setPointerCapture = () => {};
  if (frame === 1) surface.dispatchEvent(new PointerEvent('pointerdown', { ...place(200), button: 0 }));
  surface.dispatchEvent(new PointerEvent('pointermove', place(200 + 80 * Math.sin(frame / 10))));
}

interface BarePlot {
  setScale(name: 'x', range: { readonly min: number; readonly max: number }): void;
}

declare global {
  interface Window {
    barePlots: readonly BarePlot[];
    uPlot: new (options: object, data: readonly (readonly number[])[], place: HTMLElement) => BarePlot;
  }
}

/** Runs in the page: the same panels of uPlot alone, with the size and the number of points of ours. */
function drawBarePlots({ runs, metrics, steps }: PageSizes['panned']): void {
  const x = Array.from({ length: steps }, (_, step) => step);
  const colours = ['#2563eb', '#d9480f', '#15803d', '#b5179e', '#8a6100'];
  window.barePlots = Array.from({ length: metrics }, () => {
    const curves = Array.from({ length: runs }, () => {
      let at = 0;
      return x.map(() => (at += Math.random() - 0.5));
    });
    const place = document.body.appendChild(document.createElement('div'));
    place.style.display = 'inline-block';
    const series = curves.map((_, run) => ({
      stroke: colours[run % colours.length],
      width: 1.5,
      points: { show: false },
    }));
    const options = {
      width: 460,
      height: 210,
      legend: { show: false },
      scales: { x: { time: false } },
      series: [{}, ...series],
    };
    return new window.uPlot(options, [x, ...curves], place);
  });
}

/** Runs in the page. */
function panBarePlots(frame: number): void {
  const shift = 300 * Math.sin(frame / 10);
  for (const plot of window.barePlots) plot.setScale('x', { min: shift, max: shift + 2000 });
}

async function measureTable({ storage, browser, runs, seconds, rounds }: PagePlan): Promise<Measured> {
  const root = makeStorage(join(storage, 'table'));
  addSmallRuns(root, runs);
  const frames = await withGateway(root, ({ url }) =>
    withPage(browser, async (page) => {
      await page.goto(url);
      await page.getByRole('cell').getByRole('link', { name: 'Log of' }).nth(10).waitFor();
      return inRounds(rounds, () => framesWhile(page, seconds / rounds, scrollDown));
    }),
  );
  return { compared: [], figures: [{ name: `scrolling ${grouped(runs)} runs`, text: renderFrames(frames) }], bars: [] };
}

async function measureLog({ storage, browser, lines, seconds, rounds }: PagePlan): Promise<Measured> {
  const root = makeStorage(join(storage, 'log'));
  await makeRun(root, 'logged', lines);
  const frames = await withGateway(root, ({ url }) =>
    withPage(browser, async (page) => {
      await page.goto(`${url}/?view=logs&log=logged&line=1`);
      await page.getByText(logLines(0, 1).trim()).waitFor();
      return inRounds(rounds, () => framesWhile(page, seconds / rounds, scrollDown));
    }),
  );
  return {
    compared: [],
    figures: [{ name: `scrolling a log of ${grouped(lines)} lines`, text: renderFrames(frames) }],
    bars: [],
  };
}

/** Runs in the page: half a screen's height in ten frames, as a wheel does. */
function scrollDown(): void {
  const scrolled = Array.from(document.querySelectorAll('main, main *')).find(
    (element) => element.scrollHeight > element.clientHeight + 1000,
  );
  if (!scrolled) throw new Error('nothing can be scrolled');
  scrolled.scrollTop += 70;
}

/** What of doing something in every frame was measured, round by round. */
interface FramesOfRounds {
  /** Milliseconds a frame. */
  readonly rounds: readonly number[];
  readonly slow: number;
  readonly curves: number;
}

async function inRounds(count: number, measure: () => Promise<Frames>): Promise<FramesOfRounds> {
  const all: Frames[] = [];
  for (let round = 0; round < count; round++) all.push(await measure());
  return {
    rounds: all.map(({ each }) => each),
    slow: median(all.map(({ slow }) => slow)),
    curves: Math.min(...all.map(({ curves }) => curves)),
  };
}

function renderFrames({ rounds, slow }: FramesOfRounds): string {
  return `${significant(1000 / median(rounds))} frames a second; 95 % within ${significant(slow)} ms`;
}
