import graphql from '@graphql-eslint/eslint-plugin';

/** Lints the printed schema, and nothing else: TypeScript is for oxlint and Biome. */
export default [
  {
    files: ['schema/schema.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: {
      parser: graphql.parser,
      parserOptions: { graphQLConfig: { schema: 'schema/schema.graphql' } },
    },
    rules: {
      ...graphql.configs['flat/schema-recommended'].rules,
      ...graphql.configs['flat/schema-relay'].rules,
      // Only what has a life of its own has an id.
      '@graphql-eslint/strict-id-in-types': 'off',
      // `Run.runId` is what REST calls it; `Run.id` is the global one.
      '@graphql-eslint/no-typename-prefix': 'off',
      // Lists are not all connections, and a line of a log is no node.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      '@graphql-eslint/require-description': [
        'error',
        {
          types: true,
          DirectiveDefinition: true,
          FieldDefinition: true,
          InputValueDefinition: true,
          EnumValueDefinition: true,
        },
      ],
    },
  },
];
