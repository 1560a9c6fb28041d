/** Chromium, and what is seen in it from outside: when the first curve is drawn, and how often the page draws. */
import { type Browser, chromium, type Page } from 'playwright-core';

/** A picture of a desktop's size, in which twenty panels have room. */
const VIEWPORT = { width: 1920, height: 1500 };

const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'];

declare global {
  interface Window {
    /** How many curves were drawn since the page was opened; other lines of a chart are no paths of their own. */
    curvesDrawn: number;
    /** Milliseconds from the start of the navigation until the frame with the first curve was shown. */
    firstCurve?: number;
  }
}

export async function withBrowser<Answer>(use: (browser: Browser) => Promise<Answer>): Promise<Answer> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: FLAGS });
  try {
    return await use(browser);
  } finally {
    await browser.close();
  }
}

/** A page that nothing is cached for, as a colleague has it who opens a link for the first time. */
export async function withPage<Answer>(browser: Browser, use: (page: Page) => Promise<Answer>): Promise<Answer> {
  const context = await browser.newContext({ viewport: VIEWPORT });
  try {
    const page = await context.newPage();
    await page.addInitScript(countCurves);
    return await use(page);
  } finally {
    await context.close();
  }
}

/** Runs in the page. */
function countCurves(): void {
  const { prototype } = CanvasRenderingContext2D;
  const stroke: unknown = Reflect.get(prototype, 'stroke');
  if (typeof stroke !== 'function') throw new TypeError('a canvas has no lines');
  window.curvesDrawn = 0;
  prototype.stroke = function (...path: [Path2D?]) {
    if (path[0]) {
      // In the task behind the frame that shows it.
      if (window.curvesDrawn++ === 0) {
        requestAnimationFrame(() =>
          setTimeout(() => {
            window.firstCurve = performance.now();
          }),
        );
      }
    }
    return Reflect.apply(stroke, this, path);
  };
}

/** Milliseconds until the first curve is seen behind a link. */
export async function firstCurve(browser: Browser, url: string): Promise<number> {
  return withPage(browser, async (page) => {
    await page.goto(url);
    const seen = await page.waitForFunction(() => window.firstCurve);
    return Number(await seen.jsonValue());
  });
}

/** What doing something in each frame has shown. */
export interface Frames {
  /** Milliseconds from one frame to the next, on average. */
  readonly each: number;
  /** The same, of twenty the slowest but one. */
  readonly slow: number;
  /** Curves drawn in a frame, in the median one. */
  readonly curves: number;
}

/**
 * Does one thing in each frame, for a while.
 *
 * @param act runs in the page, with the number of the frame
 */
export async function framesWhile(page: Page, seconds: number, act: (frame: number) => void): Promise<Frames> {
  const inPage = await page.evaluateHandle<(frame: number) => void>(`(${String(act)})`);
  return page.evaluate(
    async ({ step, milliseconds }) => {
      const times: number[] = [];
      const drawn: number[] = [];
      const start = performance.now();
      while (performance.now() - start < milliseconds) {
        times.push(await new Promise<number>(requestAnimationFrame));
        drawn.push(window.curvesDrawn);
        step(times.length);
      }
      const between = times.slice(1).map((time, i) => time - times[i]);
      const sorted = between.toSorted((a, b) => a - b);
      const curves = drawn
        .slice(1)
        .map((count, i) => count - drawn[i])
        .toSorted((a, b) => a - b);
      return {
        each: (times[times.length - 1] - times[0]) / between.length,
        slow: sorted[Math.floor(sorted.length * 0.95)],
        curves: curves[Math.floor(curves.length / 2)],
      };
    },
    { step: inPage, milliseconds: seconds * 1000 },
  );
}
