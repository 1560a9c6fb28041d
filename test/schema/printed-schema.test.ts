import { readFileSync } from 'node:fs';
import { buildSchema, printSchema } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';

it('schema.graphql says what the gateway serves', () => {
  const committed = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  // Compared as the printer writes both: how the file is laid out is the formatter's business.
  expect(printSchema(buildSchema(committed)), 'schema/schema.graphql is stale: run `npm run codegen`').toBe(
    printSchema(schema),
  );
});
