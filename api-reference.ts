import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  isUnionType,
  print,
} from 'graphql';

const INTRODUCTION = `# API reference

Every type of the GraphQL API at \`/graphql\`, made from the schema by \`npm run codegen\`. How they are used is told in
[graphql.md](graphql.md); [getting-started.md](getting-started.md) leads from nothing to a live chart. \`!\` stands behind
what is never null, \`[…]\` is a list.`;

const KINDS: readonly (readonly [title: string, holds: (type: GraphQLNamedType) => boolean])[] = [
  ['Objects', isObjectType],
  ['Interfaces', isInterfaceType],
  ['Unions', isUnionType],
  ['Inputs', isInputObjectType],
  ['Enums', isEnumType],
  ['Scalars', isScalarType],
];

/** The API reference, in Markdown: the operations, then the other types by kind and name, each under a heading. */
export function printReference(schema: GraphQLSchema): string {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const isRoot = (type: GraphQLNamedType) => roots.some((root) => root === type);
  const types = Object.values(schema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const groups = [
    { title: 'Operations', members: types.filter(isRoot) },
    ...KINDS.map(([title, holds]) => ({ title, members: types.filter((type) => holds(type) && !isRoot(type)) })),
  ].filter(({ members }) => members.length > 0);
  return `${paragraphs([
    INTRODUCTION,
    oneLine(schema.description),
    table(
      ['', ''],
      groups.map(({ title, members }) => [title, members.map(link).join(', ')]),
    ),
    ...groups.map(({ title, members }) =>
      paragraphs([`## ${title}`, paragraphs(members.map((type) => section(schema, type)))]),
    ),
  ])}\n`;
}

function section(schema: GraphQLSchema, type: GraphQLNamedType): string {
  return paragraphs([`### ${type.name}`, oneLine(type.description), ...details(schema, type)]);
}

function details(schema: GraphQLSchema, type: GraphQLNamedType): string[] {
  if (isUnionType(type)) return [`One of ${type.getTypes().map(link).join(', ')}.`];
  if (isScalarType(type)) return type.specifiedByURL ? [`Specified at <${type.specifiedByURL}>.`] : [];
  if (isEnumType(type)) {
    const rows = type.getValues().map((value) => [`\`${value.name}\``, describe(value)]);
    return [table(['value', ''], rows)];
  }
  if (isInputObjectType(type)) return [inputTable('field', Object.values(type.getFields()))];
  const fields = Object.values(type.getFields());
  const rows = fields.map((field) => [fieldName(type, field), link(field.type), describe(field)]);
  const withArguments = fields.filter(({ args }) => args.length > 0);
  return [
    isInterfaceType(type) ? `Implemented by ${schema.getPossibleTypes(type).map(link).join(', ')}.` : '',
    type.getInterfaces().length > 0 ? `Implements ${type.getInterfaces().map(link).join(', ')}.` : '',
    table(['field', 'type', ''], rows),
    ...withArguments.flatMap(({ name, args }) => [`#### ${type.name}.${name}`, inputTable('argument', args)]),
  ];
}

function fieldName(type: GraphQLNamedType, { name, args }: GraphQLField<unknown, unknown>): string {
  return args.length > 0 ? `[\`${name}(…)\`](${anchor(`${type.name}.${name}`)})` : `\`${name}\``;
}

function inputTable(title: string, inputs: readonly (GraphQLArgument | GraphQLInputField)[]): string {
  const rows = inputs.map((input) => [`\`${input.name}\``, link(input.type), defaultOf(input), describe(input)]);
  return table([title, 'type', 'default', ''], rows);
}

function defaultOf({ defaultValue, type }: GraphQLArgument | GraphQLInputField): string {
  const value = defaultValue === undefined ? null : astFromValue(defaultValue, type);
  return value ? `\`${print(value)}\`` : '';
}

/** The type as it is written in the schema, which leads to where it is described. */
function link(type: GraphQLType): string {
  const [named, text] = [getNamedType(type), `\`${String(type)}\``];
  return isSpecifiedScalarType(named) ? text : `[${text}](${anchor(named.name)})`;
}

/** As GitHub makes it of a heading. */
function anchor(heading: string): string {
  return `#${heading.toLowerCase().replaceAll('.', '')}`;
}

function describe({ description, deprecationReason }: Pick<GraphQLArgument, 'description' | 'deprecationReason'>) {
  const deprecation = deprecationReason ? `**Deprecated:** ${deprecationReason}` : '';
  return oneLine([description, deprecation].filter(Boolean).join(' '));
}

function oneLine(text: string | null | undefined): string {
  return (text ?? '').replaceAll(/\s+/g, ' ');
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

function paragraphs(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}
