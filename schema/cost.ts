import type { FieldComplexity } from '@pothos/plugin-complexity';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLField,
  GraphQLIncludeDirective,
  type GraphQLNamedType,
  type GraphQLSchema,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  getOperationAST,
  getVariableValues,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { MOST_POINTS } from '../src/metrics/rows/row-selection.ts';
import type { PageSize, PageSizes } from './paging.ts';

/** What a run is taken to hold where a query asks for all of it: what is usual, since nothing was read yet. */
const ALL_COLUMNS = 20;
const ALL_ROWS = 100_000;

/** What is read rather than sent costs as many numbers as would take its bytes. */
export const BYTES_A_NUMBER = 8;

interface FrameArguments {
  readonly columns?: readonly string[] | null | undefined;
  readonly derived?: readonly unknown[] | null | undefined;
  readonly downsample?: { readonly points: number } | null | undefined;
}

/** The numbers in a frame: columns, logged and derived, × points. */
export function frameCost({ columns, derived, downsample }: FrameArguments): number {
  const points = downsample == null ? ALL_ROWS : clamp(downsample.points, MOST_POINTS);
  return ((columns?.length ?? ALL_COLUMNS) + (derived?.length ?? 0)) * points;
}

/** What a page costs besides its entries, and how many of them there are: everything below counts so many times. */
export function pageCost({ first, last }: PageSize, { usual, largest }: PageSizes) {
  return { field: 1, multiplier: clamp(first ?? last ?? usual, largest) };
}

/** Values beyond their rule are refused by it later, and must not spoil the sum before. */
function clamp(value: number, maximum: number): number {
  return Math.min(Math.max(value, 0), maximum);
}

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** As the field declares it by its option of this name. */
    complexity?: FieldComplexity<object, Readonly<Record<string, unknown>>>;
  }
}

/** An operation and its variables, as they came. */
export interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName?: string | null | undefined;
  readonly variableValues?: Readonly<Record<string, unknown>> | null | undefined;
}

/**
 * What an operation may cost at most, in numbers and fields of its answer: points × columns × runs, and 1 for each other
 * field, times the entries of the pages that it is on. Known from the operation alone; introspection costs nothing. null:
 * its execution is about to be refused as a whole. The document is valid.
 */
export function costOf({ schema, document, operationName, variableValues }: Operation): number | null {
  const operation = getOperationAST(document, operationName);
  const root = operation == null ? null : schema.getRootType(operation.operation);
  if (operation == null || root == null) return null;
  const { coerced } = getVariableValues(schema, operation.variableDefinitions ?? [], { ...variableValues });
  return coerced === undefined
    ? null
    : new CostMeter(schema, document, coerced).ofSelection(operation.selectionSet, root);
}

/**
 * Adds up what fields declare. Not by the plugin that they declare it with: that one gives up at the first argument that
 * breaks a rule, which in execution costs a query only the field of it, and counts what @skip leaves out.
 */
class CostMeter {
  readonly #schema: GraphQLSchema;
  readonly #fragments = new Map<string, FragmentDefinitionNode>();
  readonly #variables: Readonly<Record<string, unknown>>;
  /** A selection is of one type wherever it is met: its fragment's, or its field's. */
  readonly #known = new Map<SelectionSetNode, number>();

  constructor(schema: GraphQLSchema, { definitions }: DocumentNode, variables: Readonly<Record<string, unknown>>) {
    this.#schema = schema;
    this.#variables = variables;
    for (const definition of definitions) {
      if (definition.kind === Kind.FRAGMENT_DEFINITION) this.#fragments.set(definition.name.value, definition);
    }
  }

  ofSelection(selection: SelectionSetNode, type: GraphQLNamedType): number {
    const known = this.#known.get(selection);
    if (known !== undefined) return known;
    let cost = 0;
    for (const node of selection.selections) if (!this.#isLeftOut(node)) cost += this.#ofNode(node, type);
    this.#known.set(selection, cost);
    return cost;
  }

  #ofNode(node: SelectionNode, type: GraphQLNamedType): number {
    if (node.kind === Kind.FIELD) {
      const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
      return field === undefined ? 0 : this.#ofField(node, field);
    }
    const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : this.#fragments.get(node.name.value);
    const condition = fragment?.typeCondition && this.#schema.getType(fragment.typeCondition.name.value);
    return fragment === undefined ? 0 : this.ofSelection(fragment.selectionSet, condition ?? type);
  }

  #ofField(node: FieldNode, field: GraphQLField<unknown, unknown>): number {
    const args = this.#argumentsOf(node, field);
    if (args === null) return 0;
    const { complexity = 1 } = field.extensions;
    const declared = typeof complexity === 'function' ? complexity(args, {}, field) : complexity;
    const { field: own = 1, multiplier = 1 } = typeof declared === 'number' ? { field: declared } : declared;
    if (node.selectionSet === undefined) return own;
    return own + multiplier * this.ofSelection(node.selectionSet, getNamedType(field.type));
  }

  /** null: an argument breaks a rule of its type, so that the field will not be asked. */
  #argumentsOf(node: FieldNode, field: GraphQLField<unknown, unknown>): Readonly<Record<string, unknown>> | null {
    try {
      return getArgumentValues(field, node, this.#variables);
    } catch (error) {
      if (error instanceof GraphQLError) return null;
      throw error;
    }
  }

  #isLeftOut(node: SelectionNode): boolean {
    const skip = getDirectiveValues(GraphQLSkipDirective, node, this.#variables);
    const include = getDirectiveValues(GraphQLIncludeDirective, node, this.#variables);
    return skip?.if === true || include?.if === false;
  }
}
