import { expect, it } from 'vitest';
import { PendingEvents } from '../../src/runs/pending-events.ts';
import { recordOf } from '../../src/runs/run-record.ts';

const recordAt = (id: string) => recordOf({ id, directory: `/runs/${id}`, path: null }, 0, {}, {}, null, {});
const came = (id: string) => ({ id, before: undefined, after: recordAt(id) });
const went = (id: string) => ({ id, before: recordAt(id), after: undefined });

it('one who sleeps while more runs come and go than are kept for him begins anew', () => {
  const pending = new PendingEvents(() => true);
  expect(pending.take()).toEqual({ type: 'start' });
  for (let run = 0; run < 10_000; run++) pending.add([came(`run-${run}`), went(`run-${run}`)]);
  expect(pending.take()).toEqual({ type: 'removed', id: 'run-0' });
  pending.add([came('one'), came('two')]);
  expect(pending.take()).toEqual({ type: 'start' });
  expect(pending.take()).toBeUndefined();
  pending.add([came('three')]);
  expect(pending.take()).toMatchObject({ type: 'added', run: { id: 'three' } });
  expect(pending.take()).toBeUndefined();
});
