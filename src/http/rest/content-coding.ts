import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request } from 'express';

/** How a body is sent. The first is taken where a client likes several equally. */
const CODINGS = ['br', 'gzip', 'identity'] as const;
export type Coding = (typeof CODINGS)[number];

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);

/** The coding that a client prefers; `identity` where it accepts none of the others. */
export function codingFor(request: Request): Coding {
  const accepted = request.acceptsEncodings([...CODINGS]);
  return CODINGS.find((coding) => coding === accepted) ?? 'identity';
}

/** Numbers hardly get shorter by trying harder, and a running experiment has new ones all the time. */
export async function encode(body: Uint8Array, coding: Exclude<Coding, 'identity'>): Promise<Uint8Array> {
  return coding === 'gzip'
    ? zip(body, { level: constants.Z_BEST_SPEED })
    : brotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MIN_QUALITY } });
}
