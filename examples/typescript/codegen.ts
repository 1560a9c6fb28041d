import type { CodegenConfig } from '@graphql-codegen/cli';

/** What arrives as a scalar; all other types are generated from the schema. */
export const scalars = {
  FloatColumn: { input: 'never', output: 'readonly (number | null)[]' },
  LabelColumn: { input: 'never', output: 'readonly (string | null)[]' },
  SafeInt: 'number',
  DateTime: 'string',
  JSON: 'unknown',
};

const config: CodegenConfig = {
  // A gateway that runs, or a copy of schema.graphql.
  schema: process.env.RUNLENS_SCHEMA ?? 'http://127.0.0.1:23300/graphql',
  documents: ['*.ts'],
  emitLegacyCommonJSImports: false,
  generates: {
    'generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: { documentMode: 'string', strictScalars: true, useTypeImports: true, enumsAsTypes: true, scalars },
    },
  },
};

export default config;
