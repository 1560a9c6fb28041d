import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { InView } from '../../../web/runs/in-view.ts';

interface Item {
  readonly id: string;
  readonly version: string;
}

/** What was asked for, each to be answered by the test. */
interface Asked {
  readonly ids: readonly string[];
  readonly stopped: AbortSignal;
  readonly answer: (values: readonly string[]) => void;
  readonly fail: (error: unknown) => void;
}

let asked: Asked[];
let view: InView<Item, string>;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('document', { hidden: false });
  asked = [];
  view = new InView<Item, string>({
    keyOf: ({ id }) => id,
    versionOf: ({ version }) => version,
    holdsFor: ({ version }) => (version === 'running' ? 3000 : Number.POSITIVE_INFINITY),
    batch: 2,
    load: (batch, stopped) =>
      new Promise((answer, fail) => {
        asked.push({ ids: batch.map(({ id }) => id), stopped, answer, fail });
      }),
  });
});
afterEach(() => {
  view.stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function items(ids: string, version = 'ended'): readonly Item[] {
  return Array.from(ids, (id) => ({ id, version }));
}

/** Lets time pass, and what has been answered arrive. */
async function pass(time: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(time);
}

function askedIds(): readonly string[] {
  return asked.map(({ ids }) => ids.join(''));
}

function known(ids: string): readonly (string | undefined)[] {
  return items(ids).map((item) => view.valueOf(item));
}

async function answerAll(): Promise<void> {
  for (const { ids, answer } of asked.splice(0)) answer(ids.map((id) => id.toUpperCase()));
  await pass(0);
}

it('asks for what stays in view, a few at a time, and keeps it', async () => {
  view.show(items('abcdefghijk'));
  await pass(200);
  expect(askedIds()).toEqual(['ab', 'cd', 'ef', 'gh']);
  await answerAll();
  expect(askedIds()).toEqual(['ij', 'k']);
  await answerAll();
  expect(known('agk')).toEqual(['A', 'G', 'K']);
  view.show([]);
  await pass(200);
  view.show(items('abcdefghijk'));
  await pass(60_000);
  expect(asked).toEqual([]);
});

it('asks at once for what is seen first', async () => {
  view.show(items('ab'));
  await pass(0);
  expect(askedIds()).toEqual(['ab']);
});

it('does not ask for what is scrolled past, and drops what was asked for when all of it is gone', async () => {
  view.show(items('ab'));
  view.show(items('bc'));
  await pass(50);
  view.show(items('cd'));
  await pass(200);
  expect(askedIds()).toEqual(['cd']);
  view.show(items('de'));
  expect(asked[0]?.stopped.aborted).toBe(false);
  view.show(items('ef'));
  expect(asked[0]?.stopped.aborted).toBe(true);
});

it('asks again when it holds no more, and shows what is old until then', async () => {
  view.show(items('a', 'running'));
  await pass(200);
  asked.shift()?.answer(['first']);
  await pass(2500);
  expect(asked).toEqual([]);
  await pass(2000);
  expect(askedIds()).toEqual(['a']);
  expect(known('a')).toEqual(['first']);
  asked.shift()?.answer(['second']);
  await pass(0);
  expect(known('a')).toEqual(['second']);
  view.show(items('a', 'ended'));
  await pass(200);
  expect(askedIds()).toEqual(['a']);
  await answerAll();
  await pass(60_000);
  expect(asked).toEqual([]);
});

it('tells of a failure, and tries again after a while', async () => {
  view.show(items('a'));
  await pass(200);
  const error = new Error('gone');
  asked.shift()?.fail(error);
  await pass(1000);
  expect(view.error.value).toBe(error);
  expect(asked).toEqual([]);
  await pass(6000);
  expect(askedIds()).toEqual(['a']);
  await answerAll();
  expect(view.error.value).toBeNull();
  expect(known('a')).toEqual(['A']);
});

it('asks for nothing while nobody looks', async () => {
  vi.stubGlobal('document', { hidden: true });
  view.show(items('a'));
  await pass(5000);
  expect(asked).toEqual([]);
  vi.stubGlobal('document', { hidden: false });
  await pass(1000);
  expect(askedIds()).toEqual(['a']);
});
