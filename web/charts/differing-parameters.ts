import { exactText, shortText } from '../format/parameters.ts';

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

/** More would be no short description. */
const MOST_TOLD = 3;

/** What tells each run from the others, in short: `lr=0.1 optimizer=sgd …`. '' where nothing does. @param configs of the runs */
export function differencesOf(configs: readonly unknown[]): readonly string[] {
  const differing = parametersOf(configs).filter(({ differs }) => differs);
  return configs.map((_, run) => {
    const own = differing.filter(({ values }) => values[run] !== undefined);
    const told = own.slice(0, MOST_TOLD).map(({ name, values }) => `${name}=${shortText(values[run])}`);
    return [...told, ...(own.length > MOST_TOLD ? ['…'] : [])].join(' ');
  });
}

/** Lists are values, and so are empty objects. */
function flattened(value: unknown, path: string): [string, unknown][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || Object.keys(value).length === 0)
    return path === '' ? [] : [[path, value]];
  return Object.entries(value).flatMap(([name, member]) => flattened(member, path === '' ? name : `${path}.${name}`));
}
