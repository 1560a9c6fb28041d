import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generate } from '@graphql-codegen/cli';
import { printSchema } from 'graphql';
import { printReference } from './api-reference.ts';
import example, { scalars } from './examples/typescript/codegen.ts';
import { schema } from './schema/index.ts';

/**
 * `npm run codegen` prints the schema into schema/schema.graphql and docs/api-reference.md, and generates the typed
 * operations of the tests, of the page and of the example; with `--operations` it does only the latter, from the printed schema.
 */
const PRINTED = 'schema/schema.graphql';

if (!process.argv.includes('--operations')) {
  await writeFile(PRINTED, `${printSchema(schema)}\n`);
  await writeFile('docs/api-reference.md', printReference(schema));
}

await generate(
  {
    schema: PRINTED,
    documents: ['test/**/*.ts', '!test/generated/**'],
    silent: true,
    emitLegacyCommonJSImports: false,
    generates: {
      'test/generated/': {
        preset: 'client',
        presetConfig: { fragmentMasking: false },
        config: {
          strictScalars: true,
          useTypeImports: true,
          enumsAsTypes: true,
          scalars,
        },
      },
    },
  },
  true,
);

await generate(
  {
    schema: PRINTED,
    documents: ['web/**/*.graphql'],
    silent: true,
    emitLegacyCommonJSImports: false,
    generates: {
      'web/api/generated/': {
        preset: 'client',
        presetConfig: { fragmentMasking: false },
        config: { documentMode: 'string', strictScalars: true, useTypeImports: true, enumsAsTypes: true, scalars },
      },
    },
  },
  true,
);

const cwd = fileURLToPath(new URL('examples/typescript', import.meta.url));
await generate({ ...example, cwd, schema: `../../${PRINTED}`, silent: true }, true);
