import { isJsonObject } from './json-file.ts';

/**
 * The value of that name in hyperparameters or a summary: one within others by dots, as in `optimizer.lr`, also where a
 * name itself holds dots. Undefined where there is none, and where there are further ones within it.
 */
export function valueAt(values: unknown, name: string): unknown {
  if (!isJsonObject(values)) return undefined;
  if (Object.hasOwn(values, name) && !isJsonObject(values[name])) return values[name];
  for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
    const outer = name.slice(0, dot);
    const found = Object.hasOwn(values, outer) ? valueAt(values[outer], name.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
