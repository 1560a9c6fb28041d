/** Hyperparameters or a summary: what is in them is the job's. */
type Values = Readonly<Record<string, unknown>>;

function isValues(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The names of all values in it, those within others by dots: `optimizer.lr`. An object without values is a value. */
export function keysOf(values: unknown): readonly string[] {
  if (!isValues(values)) return [];
  return Object.entries(values).flatMap(([name, value]) => {
    const inner = keysOf(value);
    return inner.length === 0 ? [name] : inner.map((key) => `${name}.${key}`);
  });
}

/** The value of a name that keysOf gives, also where names within it hold dots. Undefined where there is none. */
export function valueAt(values: unknown, key: string): unknown {
  if (!isValues(values)) return undefined;
  if (Object.hasOwn(values, key) && keysOf(values[key]).length === 0) return values[key];
  for (let dot = key.indexOf('.'); dot >= 0; dot = key.indexOf('.', dot + 1)) {
    const name = key.slice(0, dot);
    const found = Object.hasOwn(values, name) ? valueAt(values[name], key.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
