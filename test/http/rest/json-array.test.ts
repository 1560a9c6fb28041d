import { expect, it } from 'vitest';
import { jsonArray } from '../../../src/http/rest/json-array.ts';

it.each([0, 1, 499, 500, 501, 1000, 1234])(
  '%i items make the text that JSON.stringify makes of all at once',
  async (count) => {
    const items = Array.from({ length: count }, (_, index) => ({ index, text: `"ü\n${index}` }));
    expect((await jsonArray(items, (item) => item)).toString()).toBe(JSON.stringify(items));
  },
);

it('lets others have their turn', async () => {
  let turns = 0;
  const next = () => {
    turns += 1;
    if (turns < 100) setImmediate(next);
  };
  setImmediate(next);
  await jsonArray(
    Array.from({ length: 2500 }, () => ({})),
    (item) => item,
  );
  expect(turns).toBeGreaterThanOrEqual(4);
});
