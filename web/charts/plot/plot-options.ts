import uPlot from 'uplot';
import type { AxisRange, ChartAxis } from '../../address/address.ts';
import { COLOURS, dashesOf } from '../../ui/run-colours.ts';
import type { DrawnPoints } from './drawn-points.ts';
import type { PlotTheme } from './plot-theme.ts';
import { durationTicks, logTicks, momentTicks, numberTicks, type Tick } from './ticks.ts';

/** A line of a plot. */
export interface Line {
  readonly runId: string;
  readonly slot: number;
  readonly points: DrawnPoints;
  /** Faint is what was logged, behind what is smooth. */
  readonly look: 'plain' | 'faint' | 'smooth';
}

/** What the scales show. */
export interface Limits {
  readonly x: AxisRange;
  readonly y: AxisRange;
  /** Whether there is no value: then `y` means nothing. */
  readonly isBlank: boolean;
}

/** What options are made of: another of these takes another uPlot. */
export interface PlotShape {
  readonly lines: readonly Pick<Line, 'runId' | 'slot' | 'look'>[];
  readonly axis: ChartAxis;
  readonly isLog: boolean;
}

/** What is asked for whenever something is drawn. */
export interface PlotSource {
  limits(): Limits;
  theme(): PlotTheme;
}

/** Pixels that a tick takes, by how long its label is. */
const TICK_WIDTHS: Readonly<Record<ChartAxis, number>> = { step: 56, epoch: 56, relative: 70, wall: 70 };
const TICK_HEIGHT = 32;
const LINE_HEIGHT = 14;
/** Pixels to the right of the plot, and above it, where the names of stages stand. */
const [PADDING, HEADROOM] = [10, 17] as const;
/** The axis of values is no narrower: mostly, plots one below the other begin alike. */
const LEAST_LABEL = 20;

export function plotOptions(
  { lines, axis, isLog }: PlotShape,
  source: PlotSource,
  hooks: uPlot.Hooks.Arrays,
): Omit<uPlot.Options, 'width' | 'height'> {
  return {
    // Each line has places of its own on the axis. (The enums of uPlot's types have no values to name.)
    // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
    mode: 2,
    legend: { show: false },
    cursor: { show: false },
    padding: [HEADROOM, PADDING, 0, 0],
    scales: {
      x: { time: false, range: () => ends(source.limits().x) },
      // oxlint-disable-next-line typescript/no-unsafe-enum-assignment
      y: { distr: isLog ? 3 : 1, range: () => ends(source.limits().y) },
    },
    axes: [
      {
        ...axisLook(source),
        ...ticked(source, (from, to, length) => ticksOf(axis, from, to, Math.max(length / TICK_WIDTHS[axis], 1))),
        size: LINE_HEIGHT * (axis === 'wall' ? 2 : 1) + 12,
      },
      {
        ...axisLook(source),
        ...ticked(source, (from, to, length) => {
          if (source.limits().isBlank) return [];
          return (isLog ? logTicks : numberTicks)(from, to, Math.max(length / TICK_HEIGHT, 1));
        }),
        scale: 'y',
        size: (plot, labels) => Math.max(widest(plot, labels ?? [], source.theme().font), LEAST_LABEL) + 12,
      },
    ],
    series: [{}, ...lines.map((line) => lineLook(line, source))],
    hooks,
  };
}

function ends({ from, to }: AxisRange): uPlot.Range.MinMax {
  return [from, to];
}

function ticksOf(axis: ChartAxis, from: number, to: number, most: number): readonly Tick[] {
  switch (axis) {
    case 'step':
      return numberTicks(from, to, most, 1);
    case 'epoch':
      return numberTicks(from, to, most);
    case 'relative':
      return durationTicks(from, to, most);
    case 'wall':
      return momentTicks(from, to, most);
  }
}

function axisLook(source: PlotSource): uPlot.Axis {
  return {
    font: source.theme().font,
    lineGap: LINE_HEIGHT / 11,
    gap: 4,
    stroke: () => source.theme().text,
    grid: { stroke: () => source.theme().line, width: 1 },
    ticks: { stroke: () => source.theme().line, width: 1, size: 4 },
  };
}

/** Ticks of our own, since uPlot's are none below 1e-16 and know no durations. */
function ticked(source: PlotSource, ticks: (from: number, to: number, length: number) => readonly Tick[]) {
  let shown: readonly Tick[] = [];
  let pixelsToEnd = (_at: number) => 0;
  return {
    // Whatever is found, `splits` decides.
    incrs: [Number.POSITIVE_INFINITY],
    splits(plot: uPlot, axis: number, from: number, to: number): number[] {
      const { width, height } = plot.bbox;
      const length = (axis === 0 ? width : height) / uPlot.pxRatio;
      shown = ticks(from, to, length);
      pixelsToEnd = (at) => ((to - at) / (to - from)) * length;
      return shown.map(({ at }) => at);
    },
    values: (plot: uPlot, _places: number[], axis: number) =>
      shown.map(({ at, label }) => {
        const isCut =
          axis === 0 && widest(plot, label.split('\n'), source.theme().font) / 2 > pixelsToEnd(at) + PADDING;
        return isCut ? '' : label;
      }),
    filter: (_plot: uPlot, places: number[]) => places,
  };
}

function lineLook({ slot }: PlotShape['lines'][number], source: PlotSource): uPlot.Series {
  return {
    stroke: () => source.theme().runs[slot % COLOURS] ?? source.theme().text,
    dash: [...dashesOf(slot)],
    auto: false,
    // A smooth line, not one of whole pixels.
    pxAlign: 0,
    points: { show: false },
  };
}

/** CSS pixels of the widest text. */
function widest({ ctx }: uPlot, texts: readonly string[], font: string): number {
  ctx.save();
  ctx.font = font;
  const width = Math.max(0, ...texts.map((text) => ctx.measureText(text).width));
  ctx.restore();
  return width;
}
