import { exactText } from '../format/parameters.ts';

/** A hyperparameter of several runs: nested ones by their path, `optimizer.lr`. */
export interface Parameter {
  readonly name: string;
  /** Its value in each run; undefined where a run has none. */
  readonly values: readonly unknown[];
  readonly differs: boolean;
}

/** @param configs of the runs, as they wrote them */
export function parametersOf(configs: readonly unknown[]): readonly Parameter[] {
  const flat = configs.map((config) => new Map(flattened(config, '')));
  const names = [...new Set(flat.flatMap((each) => [...each.keys()]))].toSorted();
  return names.map((name) => {
    const values = flat.map((each) => each.get(name));
    const texts = values.map((value) => (value === undefined ? null : exactText(value)));
    return { name, values, differs: new Set(texts).size > 1 };
  });
}

/** Lists are values, and so are empty objects. */
function flattened(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0)
    return path === '' ? [] : [[path, value]];
  return Object.entries(value).flatMap(([name, member]) => flattened(member, path === '' ? name : `${path}.${name}`));
}
