/** A hyperparameter of several runs: nested ones by their path, `optimizer.lr`. */
export interface Parameter {
  readonly name: string;
  /** Its value in each run, as JSON but for texts; null where a run has none. */
  readonly values: readonly (string | null)[];
  readonly differs: boolean;
}

/** @param configs of the runs, as they wrote them */
export function parametersOf(configs: readonly unknown[]): readonly Parameter[] {
  const flat = configs.map((config) => new Map(flattened(config, '')));
  const names = [...new Set(flat.flatMap((each) => [...each.keys()]))].toSorted();
  return names.map((name) => {
    const values = flat.map((each) => each.get(name) ?? null);
    return { name, values, differs: new Set(values).size > 1 };
  });
}

/** Lists are values, and so are empty objects. */
function flattened(value: unknown, path: string): [string, string][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0)
    return path === '' ? [] : [[path, typeof value === 'string' ? value : JSON.stringify(value)]];
  return Object.entries(value).flatMap(([name, member]) => flattened(member, path === '' ? name : `${path}.${name}`));
}
