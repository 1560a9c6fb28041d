/** Items that are written at a stretch: a millisecond's worth or two. */
const SLICE = 500;

/** The JSON text of an array of `toJson` of each item, written in slices so that others get their turn. */
export async function jsonArray<T>(items: readonly T[], toJson: (item: T) => object): Promise<Buffer> {
  const slices: Buffer[] = [];
  for (let start = 0; start < items.length; start += SLICE) {
    if (start > 0) await new Promise(setImmediate);
    const text = JSON.stringify(items.slice(start, start + SLICE).map(toJson)).slice(1, -1);
    slices.push(Buffer.from(start > 0 ? `,${text}` : text));
  }
  return Buffer.concat([Buffer.from('['), ...slices, Buffer.from(']')]);
}
