import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  Lexer,
  type SelectionSetNode,
  type Source,
  TokenKind,
  visit,
} from 'graphql';

/** How much a text has for the parser. */
export interface SourceSize {
  readonly tokens: number;
  /** Brackets within each other. */
  readonly nesting: number;
}

const OPENING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L]);
const CLOSING: ReadonlySet<TokenKind> = new Set([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R]);

/** Measures a text without parsing it. Throws the parser's error where it has what is no token. */
export function sourceSize(source: Source): SourceSize {
  const lexer = new Lexer(source);
  let [tokens, open, nesting] = [0, 0, 0];
  for (let { kind } = lexer.advance(); kind !== TokenKind.EOF; { kind } = lexer.advance()) {
    tokens++;
    if (OPENING.has(kind)) nesting = Math.max(nesting, ++open);
    else if (CLOSING.has(kind)) open--;
  }
  return { tokens, nesting };
}

/** How much the largest operation of a document asks for, by any measure. LIMITS tells what is counted. */
export interface DocumentSize {
  readonly depth: number;
  readonly aliases: number;
  readonly repetitions: number;
  readonly directives: number;
  readonly introspection: number;
}

type SelectionSize = Omit<DocumentSize, 'directives'> & {
  /** Lists of introspection within each other, if this is within an introspection. */
  readonly lists: number;
};

const NOTHING: SelectionSize = { depth: 0, aliases: 0, repetitions: 0, introspection: 0, lists: 0 };
const INTROSPECTION = new Set(['__schema', '__type']);
/** Those by which one type leads to many others. */
const INTROSPECTION_LISTS = new Set(['fields', 'interfaces', 'possibleTypes', 'inputFields']);

/** Measures a document that nobody has validated, in a time that grows with its length rather than with what it says. */
export function documentSize(document: DocumentNode): DocumentSize {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  const measure = selectionMeasure(fragments);
  let { depth, aliases, repetitions, introspection } = NOTHING;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const size = measure(definition.selectionSet);
    depth = Math.max(depth, size.depth);
    aliases = Math.max(aliases, size.aliases);
    repetitions = Math.max(repetitions, size.repetitions);
    introspection = Math.max(introspection, size.introspection);
  }
  return { depth, aliases, repetitions, introspection, directives: mostDirectives(document) };
}

/** @returns what measures a selection; of one that is met within itself, by a fragment, nothing is counted again */
function selectionMeasure(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
  const sizes = new Map<SelectionSetNode, SelectionSize>();
  return function measure(selection: SelectionSetNode | undefined): SelectionSize {
    if (selection === undefined) return NOTHING;
    const known = sizes.get(selection);
    if (known !== undefined) return known;
    sizes.set(selection, NOTHING);
    let { depth, aliases, repetitions, introspection, lists } = NOTHING;
    const names = new Map<string, number>();
    for (const { name, alias, selectionSet } of fieldsOf(selection, fragments)) {
      const below = measure(selectionSet);
      const times = (names.get((alias ?? name).value) ?? 0) + 1;
      names.set((alias ?? name).value, times);
      depth = Math.max(depth, below.depth + 1);
      aliases += below.aliases + (alias === undefined ? 0 : 1);
      repetitions = Math.max(repetitions, below.repetitions, times);
      lists = Math.max(lists, below.lists + (INTROSPECTION_LISTS.has(name.value) ? 1 : 0));
      introspection = Math.max(introspection, below.introspection, INTROSPECTION.has(name.value) ? below.lists : 0);
    }
    const size = { depth, aliases, repetitions, introspection, lists };
    sizes.set(selection, size);
    return size;
  };
}

/** The fields of a selection and of the fragments in it, each of which counts once, as in execution. */
function fieldsOf(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  fields: FieldNode[] = [],
  spread = new Set<string>(),
): readonly FieldNode[] {
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) fields.push(selection);
    else if (selection.kind === Kind.INLINE_FRAGMENT) fieldsOf(selection.selectionSet, fragments, fields, spread);
    else if (!spread.has(selection.name.value)) {
      spread.add(selection.name.value);
      const fragment = fragments.get(selection.name.value);
      if (fragment !== undefined) fieldsOf(fragment.selectionSet, fragments, fields, spread);
    }
  }
  return fields;
}

function mostDirectives(document: DocumentNode): number {
  let most = 0;
  visit(document, {
    enter(node) {
      if ('directives' in node) most = Math.max(most, node.directives?.length ?? 0);
    },
  });
  return most;
}
