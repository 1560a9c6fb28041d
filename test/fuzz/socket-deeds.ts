import { mutateOften } from './mutations.ts';
import { document, variablesOf } from './operation-seeds.ts';
import type { Random } from './random.ts';
import type { Deed } from './socket-probe.ts';

const MOST_DEEDS = 12;
const HUGE = 'x'.repeat(300 * 1024);
const IDS = ['1', '2', '3', '', '__proto__', 'x'.repeat(200), '🚀', '\u0000'] as const;

/** Frames of RFC 6455, section 5, that break it or are at its edges; masked by zeros unless it says otherwise. */
const FRAMES: readonly (readonly number[])[] = [
  [0x81, 0x05, 0x48, 0x65, 0x6c, 0x6c, 0x6f], // not masked
  [0xc1, 0x80, 0, 0, 0, 0], // a reserved bit
  [0x83, 0x80, 0, 0, 0, 0], // reserved opcodes
  [0x8b, 0x80, 0, 0, 0, 0],
  [0x09, 0x80, 0, 0, 0, 0], // a ping in fragments
  [0x89, 0xfe, 0x00, 0x7e, 0, 0, 0, 0], // a ping of 126 bytes, half of it to come
  [0x80, 0x80, 0, 0, 0, 0], // the rest of no message
  [0x01, 0x80, 0, 0, 0, 0, 0x81, 0x80, 0, 0, 0, 0], // a message within another
  [0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe], // no UTF-8
  [0x88, 0x81, 0, 0, 0, 0, 0x03], // a close of one byte
  [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xed], // of code 1005
  [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8], // of code 1000
  [0x88, 0x80, 0, 0, 0, 0],
  [0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0], // of 2^64 - 1 bytes
  [0x81, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0], // of 2 GiB
  [0x81, 0xfe, 0x00, 0x02, 0, 0, 0, 0, 0x7b, 0x7d], // two bytes that say so in a long way
  [0x8a, 0x80, 0, 0, 0, 0], // a pong that nobody asked for
  [0x82, 0x82, 0, 0, 0, 0, 0x7b, 0x7d], // binary
];

/** What a client does that knows graphql-transport-ws, and keeps to it or not. @param known ids and cursors that there are */
export function deedsOf(random: Random, isLog: boolean, known: readonly string[]): readonly Deed[] {
  const start: Deed[] = isLog || random.chance(0.1) ? [] : [{ say: '{"type":"connection_init"}' }];
  return [...start, ...Array.from({ length: random.below(MOST_DEEDS) }, () => deedOf(random, known))];
}

function deedOf(random: Random, known: readonly string[]): Deed {
  const dice = random.fraction();
  if (dice < 0.03) return { say: random.chance(0.5) ? HUGE : Buffer.from(HUGE) };
  if (dice < 0.06) return { write: Buffer.from(Array.from({ length: 1 + random.below(20) }, () => random.below(256))) };
  if (dice < 0.12) return { write: Buffer.from(random.element(FRAMES)) };
  const text = JSON.stringify(messageOf(random, known));
  const material = {
    dictionary: ['"id"', '"type"', '"payload"', 'null', '{}', '[', '\\u0000', '1e999'],
    others: [Buffer.from(text)],
  };
  const bytes = random.chance(0.15) ? mutateOften(Buffer.from(text), random, material, 2) : Buffer.from(text);
  if (random.chance(0.03)) return { say: bytes };
  const say = bytes.toString();
  return random.chance(0.1) ? { say, cutAt: random.below(say.length + 1) } : { say };
}

function messageOf(random: Random, known: readonly string[]): object {
  const id = random.pick(IDS);
  const dice = random.fraction();
  if (dice < 0.15) return { type: 'complete', id };
  if (dice < 0.2) return { type: random.pick(['ping', 'pong']), payload: random.pick([undefined, null, {}, { a: 1 }]) };
  if (dice < 0.25) return { type: 'connection_init', payload: random.pick([undefined, null, { token: 'x' }]) };
  if (dice < 0.3) return { type: random.pick(['next', 'error', 'connection_ack', 'start', '', '__proto__']), id };
  const query = document(random);
  const payload = { query, variables: variablesOf(query, random, known) };
  if (random.chance(0.9)) return { type: 'subscribe', id, payload };
  return {
    type: 'subscribe',
    id,
    payload: { ...payload, operationName: random.pick(['X', null, '']), extensions: random.pick([null, {}]) },
  };
}
