import { readFileSync } from 'node:fs';
import { printSchema } from 'graphql';
import { expect, it } from 'vitest';
import { schema } from '../../schema/index.ts';

it('schema.graphql is the schema that the gateway serves, as printed', () => {
  const committed = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');
  expect(committed, 'schema/schema.graphql is stale: run `npm run codegen`').toBe(`${printSchema(schema)}\n`);
});
