const FINAL_TEXT_FRAME = 0x81;
const LENGTH_OF_16_BITS = 126;
const LENGTH_OF_64_BITS = 127;

const shared = new WeakMap<readonly string[], Buffer>();

/**
 * The bytes of these texts as WebSocket messages from a server, one frame a text (RFC 6455, section 5.2). Made once for
 * all clients that are sent the same array: they all get the same bytes, since a server does not mask them.
 */
export function textFrames(texts: readonly string[]): Buffer {
  const known = shared.get(texts);
  if (known !== undefined) return known;
  const frames = Buffer.concat(
    texts.flatMap((text) => {
      const payload = Buffer.from(text);
      return [frameHeader(payload.length), payload];
    }),
  );
  shared.set(texts, frames);
  return frames;
}

function frameHeader(length: number): Buffer {
  if (length < LENGTH_OF_16_BITS) return Buffer.of(FINAL_TEXT_FRAME, length);
  if (length < 2 ** 16) {
    const header = Buffer.of(FINAL_TEXT_FRAME, LENGTH_OF_16_BITS, 0, 0);
    header.writeUInt16BE(length, 2);
    return header;
  }
  const header = Buffer.alloc(10);
  header[0] = FINAL_TEXT_FRAME;
  header[1] = LENGTH_OF_64_BITS;
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
