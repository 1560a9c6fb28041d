/** Panels that are shown together. */
export interface MetricGroup {
  /** What the names begin with, up to the first slash; '' where they have none. */
  readonly name: string;
  readonly metrics: readonly string[];
}

/** Metrics by what is before the first slash of their names, groups and metrics in the order in which they come first. */
export function groupMetrics(metrics: Iterable<string>): readonly MetricGroup[] {
  const groups = new Map<string, string[]>();
  for (const metric of new Set(metrics)) {
    const name = metric.slice(0, Math.max(0, metric.indexOf('/')));
    const group = groups.get(name);
    if (group) group.push(metric);
    else groups.set(name, [metric]);
  }
  return [...groups].map(([name, members]) => ({ name, metrics: members }));
}

/** Those in whose names the text occurs, whatever the case. */
export function findMetrics(metrics: readonly string[], text: string): readonly string[] {
  const wanted = text.trim().toLowerCase();
  return wanted === '' ? metrics : metrics.filter((metric) => metric.toLowerCase().includes(wanted));
}

/** What a panel is called: the metric's name without that of the group it stands in. Blank ones are quoted, to be seen. */
export function titleOf(metric: string, group = ''): string {
  const rest = group === '' ? metric : metric.slice(group.length + 1) || metric;
  return rest.trim() === '' ? JSON.stringify(rest) : rest;
}
