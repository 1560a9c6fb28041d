import { computed } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { shownRuns } from '../../address/compared-runs.ts';
import { address } from '../../address/navigation.ts';
import { inLanguage } from '../../ui/language.ts';
import { ChartData } from './chart-data.ts';
import type { Selection } from './selection.ts';

const texts = inLanguage(
  { noEpochs: 'The run logs no epochs', noClock: 'The run logs no times' },
  { noEpochs: '该运行没有记录 epoch', noClock: '该运行没有记录时间' },
);

const slots = computed(() => address.value.runs);
const only = computed(() => address.value.only);
const runs = computed(() => shownRuns({ runs: slots.value, only: only.value }));
const axis = computed(() => address.value.axis);
const range = computed(() => address.value.range);
const smoothing = computed(() => address.value.smoothing);

/** What the address says that the charts are to show; the same object until it says something else. */
const selection = computed<Selection>(() => ({
  runs: runs.value,
  axis: axis.value,
  range: range.value,
  smoothing: smoothing.value,
}));

const charts = new ChartData(selection, (ofAxis) => (ofAxis === 'epoch' ? texts.noEpochs : texts.noClock));

/** The data of the charts, kept up to date while the component is on the page. */
export function useCharts(): ChartData {
  useEffect(() => charts.use(), []);
  return charts;
}
