import uPlot from 'uplot';
import type { AxisRange } from '../../address/address.ts';
import { COLOURS } from '../../ui/run-colours.ts';
import type { Stage } from '../data/curve.ts';
import { type DrawnPoints, lonePoints, withinReach } from './drawn-points.ts';
import { extentOf, firstFrom, type HeightScale, heightOf } from './limits.ts';
import type { PlotLayout } from './plot-layout.ts';
import { type Limits, type Line, type PlotShape, plotOptions } from './plot-options.ts';
import { onThemeChange, readTheme } from './plot-theme.ts';
import { drawBands } from './stage-bands.ts';
import 'uplot/dist/uPlot.min.css';

/** What a plot shows. */
export interface PlotContent extends PlotShape, HeightScale {
  readonly lines: readonly Line[];
  readonly stages: readonly Stage[];
}

const NOTHING: PlotContent = { lines: [], stages: [], axis: 'step', isLog: false, ignoresOutliers: false };
const NO_LIMITS: Limits = { x: { from: 0, to: 1 }, y: { from: 0, to: 1 }, isBlank: true };

/** Values have dots where they are that many pixels apart, on average. */
const DOT_SPACE = 12;
const DOT_RADIUS = 2.25;
/** What lines fade to: raw ones behind smooth ones, and those of other runs behind the one that is pointed at. */
const [FAINT, ASIDE] = [0.28, 0.25] as const;

/** The canvas of a panel: lines, axes and stages. It is as large as its host, whatever becomes of that. */
export class Plot {
  readonly #host: HTMLElement;
  readonly #told: (layout: PlotLayout | null) => void;
  readonly #resized: ResizeObserver;
  readonly #ignoreTheme: () => void;
  #plot: uPlot | null = null;
  #theme;
  #content = NOTHING;
  #limits = NO_LIMITS;
  #isMoving = false;
  #highlighted: string | null = null;

  /** @param told where things are, whenever they are drawn; null where there is nothing to draw */
  constructor(host: HTMLElement, told: (layout: PlotLayout | null) => void) {
    this.#host = host;
    this.#told = told;
    this.#theme = readTheme(host);
    this.#ignoreTheme = onThemeChange(() => {
      this.#theme = readTheme(host);
      this.#plot?.redraw(false);
    });
    this.#resized = new ResizeObserver(() => this.#plot?.setSize(sizeOf(host)));
    this.#resized.observe(host);
  }

  /** @param range what is visible of the axis; null: all */
  show(content: PlotContent, range: AxisRange | null): void {
    const isOfThisShape = this.#plot !== null && shapeOf(content) === shapeOf(this.#content);
    this.#content = content;
    if (!isOfThisShape) this.#discard();
    this.move(range, false);
  }

  /** Another part of the axis, with the lines that are there. @param goesOn whether it will soon be another one again */
  move(range: AxisRange | null, goesOn: boolean): void {
    const limits = limitsOf(this.#content, range);
    this.#limits = limits ?? NO_LIMITS;
    this.#isMoving = goesOn;
    if (!limits) {
      this.#discard();
      this.#told(null);
      return;
    }
    if (!this.#plot) this.#create();
    this.#setLook();
    this.#plot?.setData(this.#data());
  }

  /** Lets the lines of other runs step back. Null: none is before the others. */
  highlight(runId: string | null): void {
    this.#highlighted = runId;
    this.#setLook();
    this.#plot?.redraw(false);
  }

  destroy(): void {
    this.#resized.disconnect();
    this.#ignoreTheme();
    this.#discard();
  }

  #discard(): void {
    this.#plot?.destroy();
    this.#plot = null;
  }

  #create(): void {
    const source = { limits: () => this.#limits, theme: () => this.#theme };
    const options = plotOptions(this.#content, source, {
      drawClear: [(plot) => drawBands(plot, this.#content.stages, this.#theme)],
      drawSeries: [(plot, series) => this.#drawDots(plot, series)],
      draw: [(plot) => this.#told(this.#layoutOf(plot))],
    });
    this.#plot = new uPlot({ ...options, ...sizeOf(this.#host) }, this.#data(), this.#host);
  }

  #data(): uPlot.AlignedData {
    const { lines, isLog, ignoresOutliers } = this.#content;
    const points = lines.map((line) => line.points);
    return dataOf(ignoresOutliers && !isLog ? points.map((each) => withinReach(each, this.#limits.y)) : points);
  }

  #setLook(): void {
    for (const [index, line] of this.#content.lines.entries()) {
      const series = this.#plot?.series[index + 1];
      if (!series) continue;
      const isAside = this.#highlighted !== null && this.#highlighted !== line.runId;
      series.alpha = (line.look === 'faint' ? FAINT : 1) * (isAside ? ASIDE : 1);
      series.width = this.#widthOf(line);
    }
  }

  /** Without a GPU a line of more than a pixel takes twenty times as long, too long for many that turn often or move. */
  #widthOf(line: Line): number {
    if (this.#isMoving) return 1 / uPlot.pxRatio;
    const isDense = this.#visiblePoints(line) > this.#host.clientWidth;
    return line.look === 'faint' || (line.look === 'plain' && isDense) ? 1 : 1.5;
  }

  #visiblePoints({ points: { x } }: Line): number {
    return firstFrom(x, this.#limits.x.to) - firstFrom(x, this.#limits.x.from);
  }

  #drawDots(plot: uPlot, series: number): void {
    const line = this.#content.lines[series - 1];
    if (!line) return;
    const { ctx, bbox } = plot;
    const { x, y } = line.points;
    const isSparse = this.#visiblePoints(line) * DOT_SPACE * uPlot.pxRatio < bbox.width;
    ctx.save();
    ctx.beginPath();
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
    ctx.clip();
    ctx.beginPath();
    for (const index of isSparse && line.look === 'plain' ? y.keys() : lonePoints(line.points)) {
      const value = y[index] ?? null;
      if (value === null) continue;
      const left = plot.valToPos(x[index] ?? 0, 'x', true);
      const top = plot.valToPos(value, 'y', true);
      ctx.moveTo(left, top);
      ctx.arc(left, top, DOT_RADIUS * uPlot.pxRatio, 0, 2 * Math.PI);
    }
    ctx.fillStyle = this.#theme.runs[line.slot % COLOURS] ?? this.#theme.text;
    ctx.fill();
    ctx.restore();
  }

  #layoutOf({ bbox }: uPlot): PlotLayout {
    const { x, y } = this.#limits;
    return {
      left: bbox.left / uPlot.pxRatio,
      top: bbox.top / uPlot.pxRatio,
      width: bbox.width / uPlot.pxRatio,
      height: bbox.height / uPlot.pxRatio,
      x,
      y,
      isLog: this.#content.isLog,
    };
  }
}

function sizeOf(host: HTMLElement): { readonly width: number; readonly height: number } {
  return { width: host.clientWidth, height: host.clientHeight };
}

/** Null where no line has a point. */
function limitsOf({ lines, ...scale }: PlotContent, range: AxisRange | null): Limits | null {
  const extent = extentOf(lines.map((line) => line.points));
  if (!extent) return null;
  const x = range ?? extent;
  // Where a range has been moved off the lines, they come back as high as they were.
  const y = heightOf(lines, x, scale) ?? heightOf(lines, extent, scale);
  return { x, y: y ?? (scale.isLog ? { from: 1, to: 10 } : NO_LIMITS.y), isBlank: y === null };
}

function shapeOf({ lines, axis, isLog }: PlotShape): string {
  return [axis, isLog, ...lines.map(({ runId, slot, look }) => `${runId} ${slot} ${look}`)].join('\n');
}

/** As uPlot takes lines that have an x each; its types know only those that share one. */
function dataOf(lines: readonly DrawnPoints[]): uPlot.AlignedData {
  const data: unknown = [null, ...lines.map(({ x, y }) => [x, y])];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return data as uPlot.AlignedData;
}
