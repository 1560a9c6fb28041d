import type { RefObject } from 'preact';
import { address, adjust, go } from '../address/navigation.ts';
import { useKeys } from '../ui/keys.ts';
import { inLanguage } from '../ui/language.ts';
import { currentPlot, moveCursor, zoomAtCursor } from './plot/plot-actions.ts';
import { currentPanel, settleRange } from './plot/shared-view.ts';

const texts = inLanguage(
  {
    search: 'find metrics',
    next: 'next panel',
    previous: 'previous panel',
    enlarge: 'enlarge the panel, or go back to all',
    log: 'log scale on or off',
    reset: 'reset the zoom',
    leave: 'leave the enlarged panel, or reset the zoom',
    less: 'less smoothing',
    more: 'more smoothing',
    right: 'move the cursor to the right (Shift: by ten values)',
    left: 'move the cursor to the left (Shift: by ten values)',
    zoomIn: 'zoom in at the cursor',
    zoomOut: 'zoom out',
  },
  {
    search: '查找指标',
    next: '下一个图表',
    previous: '上一个图表',
    enlarge: '最大化图表，或返回全部图表',
    log: '切换对数坐标',
    reset: '重置缩放',
    leave: '退出最大化，或重置缩放',
    less: '减弱平滑',
    more: '增强平滑',
    right: '光标右移（按住 Shift 移动十个值）',
    left: '光标左移（按住 Shift 移动十个值）',
    zoomIn: '在光标处放大',
    zoomOut: '缩小',
  },
);

/** What smoothing goes through with the keys: the closer to 1, the more a little adds. */
const WEIGHTS = [0, 0.3, 0.6, 0.8, 0.9, 0.95, 0.98, 0.99] as const;

/** How many values Shift moves the cursor by. */
const LEAP = 10;
const ZOOM = 2;

/** @param view what the panels are in @param metrics of the panels, in their order */
export function useChartKeys(
  view: RefObject<HTMLElement | null>,
  search: RefObject<HTMLInputElement | null>,
  metrics: readonly string[],
): void {
  useKeys([
    { keys: ['/'], does: texts.search, run: () => search.current?.focus() },
    { keys: ['j'], does: texts.next, run: () => goTo(1) },
    { keys: ['k'], does: texts.previous, run: () => goTo(-1) },
    { keys: ['f'], does: texts.enlarge, run: toggleLarge },
    { keys: ['ArrowLeft'], does: texts.left, run: ({ shiftKey }) => move(-1, shiftKey) },
    { keys: ['ArrowRight'], does: texts.right, run: ({ shiftKey }) => move(1, shiftKey) },
    { keys: ['+', '='], does: texts.zoomIn, run: () => zoom(ZOOM) },
    { keys: ['-'], does: texts.zoomOut, run: () => zoom(1 / ZOOM) },
    { keys: ['l'], does: texts.log, run: () => adjust({ logScale: !address.value.logScale }) },
    { keys: ['0'], does: texts.reset, run: () => settleRange(null) },
    {
      keys: ['Escape'],
      does: texts.leave,
      run: () => (address.value.panel === null ? settleRange(null) : go({ panel: null })),
    },
    {
      keys: ['['],
      does: texts.less,
      run: () => smooth(WEIGHTS.findLast((weight) => weight < address.value.smoothing)),
    },
    { keys: [']'], does: texts.more, run: () => smooth(WEIGHTS.find((weight) => weight > address.value.smoothing)) },
  ]);

  function goTo(direction: 1 | -1): void {
    const { panel } = address.value;
    const current = panel ?? currentPanel.value;
    const index = current === null ? -1 : metrics.indexOf(current);
    const next = metrics[index < 0 ? 0 : index + direction];
    if (next === undefined) return;
    currentPanel.value = next;
    if (panel === null) panelOf(view, next)?.focus();
    else adjust({ panel: next });
  }

  function toggleLarge(): void {
    const metric = currentPanel.value ?? metrics[0];
    if (address.value.panel !== null) go({ panel: null });
    else if (metric !== undefined) go({ panel: metric });
  }
}

/** The element of a panel. @param view what the panels are in */
export function panelOf(view: RefObject<HTMLElement | null>, metric: string): HTMLElement | null | undefined {
  return view.current?.querySelector<HTMLElement>(`[data-metric="${CSS.escape(metric)}"]`);
}

function smooth(weight: number | undefined): void {
  if (weight !== undefined) adjust({ smoothing: weight });
}

function move(direction: 1 | -1, isFar: boolean): void {
  const plot = currentPlot();
  if (plot) moveCursor(plot, direction, isFar ? LEAP : 1);
}

function zoom(factor: number): void {
  const plot = currentPlot();
  if (plot) zoomAtCursor(plot, factor);
}
