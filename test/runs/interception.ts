import { EventEmitter } from 'node:events';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { onTestFinished } from 'vitest';

type Call = () => unknown;

/**
 * Until the test ends, calls `handler` for each call of a function of a built-in module, which is to make the call.
 * Modules that imported the function by name are reached as well.
 */
export function intercept(module: object, name: string, handler: (call: Call, args: unknown[]) => unknown): void {
  const original: unknown = Reflect.get(module, name);
  if (typeof original !== 'function') throw new TypeError(`no function ${name}`);
  const replace = (value: unknown): void => {
    Reflect.set(module, name, value);
    syncBuiltinESMExports();
  };
  replace((...args: unknown[]) => handler(() => Reflect.apply(original, module, args), args));
  onTestFinished(() => replace(original));
}

/** Runs `action` once, before the first call of the function for `path`. */
export function beforeCall(module: object, name: string, path: string, action: () => void): void {
  let isDone = false;
  intercept(module, name, (call, args) => {
    if (args[0] === path && !isDone) {
      isDone = true;
      action();
    }
    return call();
  });
}

/** Counts the calls of functions of a built-in module. */
export function countCalls(module: object, names: readonly string[]): { take(): number } {
  let count = 0;
  for (const name of names) {
    intercept(module, name, (call) => {
      count += 1;
      return call();
    });
  }
  return {
    take() {
      const taken = count;
      count = 0;
      return taken;
    },
  };
}

/** Holds up the answer to the first call of the callback function for `path`. Resolves with what lets it go on. */
export function holdFirstAnswer(module: object, name: string, path: string): Promise<() => void> {
  return new Promise((resolve) => {
    let isHeld = false;
    intercept(module, name, (call, args) => {
      const answer = args.at(-1);
      if (args[0] !== path || isHeld || typeof answer !== 'function') return call();
      isHeld = true;
      args[args.length - 1] = (...results: unknown[]) => resolve(() => Reflect.apply(answer, undefined, results));
      return call();
    });
  });
}

/** Counts the watches that were begun from now on and have not ended. */
export function countOpenWatches(): () => number {
  let count = 0;
  intercept(fs, 'watch', (call) => {
    const watcher = call();
    if (!(watcher instanceof EventEmitter)) throw new TypeError('no watcher');
    count += 1;
    watcher.once('close', () => (count -= 1));
    return watcher;
  });
  return () => count;
}
