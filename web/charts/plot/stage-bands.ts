import uPlot from 'uplot';
import type { Stage } from '../data/curve.ts';
import type { PlotTheme } from './plot-theme.ts';

/** Narrower ones are told apart by what the pointer says, not by a line. */
const LEAST_WIDTH = 3;
const LABEL_GAP = 3;

/** Draws stages behind the lines: every other kind is shaded, each begins with a line and has its name above it, if it is wide enough. */
export function drawBands(plot: uPlot, stages: readonly Stage[], theme: PlotTheme): void {
  const { ctx, bbox } = plot;
  const ratio = uPlot.pxRatio;
  const right = bbox.left + bbox.width;
  const pixel = (at: number) => Math.min(Math.max(plot.valToPos(at, 'x', true), bbox.left), right);
  const labels = [...new Set(stages.map((stage) => stage.label))];
  ctx.save();
  ctx.font = theme.font.replace(/^\d+/, (size) => String(Number(size) * 0.9 * ratio));
  ctx.textBaseline = 'bottom';
  ctx.textAlign = 'left';
  for (const { label, from, to } of stages) {
    const [start, end] = [pixel(from), to === null ? right : pixel(to)];
    if (end <= start) continue;
    ctx.fillStyle = theme.band;
    if (labels.indexOf(label) % 2 === 1) ctx.fillRect(start, bbox.top, end - start, bbox.height);
    if (end - start < LEAST_WIDTH * ratio) continue;
    ctx.fillStyle = theme.line;
    if (start > bbox.left) ctx.fillRect(Math.round(start), bbox.top, ratio, bbox.height);
    ctx.fillStyle = theme.text;
    if (ctx.measureText(label).width <= end - start - LABEL_GAP * ratio)
      ctx.fillText(label, start, bbox.top - LABEL_GAP * ratio);
  }
  ctx.restore();
}
