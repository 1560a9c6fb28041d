import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { getEnvironmentData, setEnvironmentData } from 'node:worker_threads';

/** After so many bytes were made, all threads look for what they have forgotten. */
const COLLECT_EVERY = 128n * 2n ** 20n;

/** What is smaller need not have pages of its own. */
const SMALL = 65_536;

/** Where threads that are started find the count of bytes made, which all of them share. */
const ENVIRONMENT_KEY = 'runlens: bytes of shared memory made';

const made = sharedCount();
let collected = Atomics.load(made, 0) / COLLECT_EVERY;
let collect: (() => void) | undefined;

function sharedCount(): BigUint64Array {
  const given: unknown = getEnvironmentData(ENVIRONMENT_KEY);
  if (given instanceof BigUint64Array) return given;
  const count = new BigUint64Array(new SharedArrayBuffer(BigUint64Array.BYTES_PER_ELEMENT));
  setEnvironmentData(ENVIRONMENT_KEY, count);
  return count;
}

/**
 * Memory that threads can share. Large pieces may grow, though they never do: such memory comes from the system and
 * goes back to it, while that of fixed buffers is malloc's, which keeps most of what was freed.
 */
export function allocateShared(bytes: number): SharedArrayBuffer {
  Atomics.add(made, 0, BigInt(bytes));
  collectIfDue();
  return bytes < SMALL ? new SharedArrayBuffer(bytes) : new SharedArrayBuffer(bytes, { maxByteLength: bytes });
}

/**
 * Collects this thread's garbage if much shared memory was made since that was last done. It is free only when every
 * thread has collected what it had of it, and does not count as memory of any: with heaps as small as theirs they would
 * see no reason to, and keep many times what the cache holds. To be called wherever a thread is handed some.
 */
export function collectIfDue(): void {
  const due = Atomics.load(made, 0) / COLLECT_EVERY;
  if (due === collected) return;
  collected = due;
  collect ??= collector();
  collect();
}

/** V8's own function. What the inspector has to offer instead waits for the event loop, which has no turn between tasks. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc: () => void = runInNewContext('gc');
  return gc;
}
