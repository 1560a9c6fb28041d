import { GraphQLError, GraphQLList, GraphQLObjectType, GraphQLScalarType, GraphQLSchema } from 'graphql';
import { Column } from '../../schema/column-json.ts';

/** Labels, of 50 MB of JSON, that tell when some of them are taken. */
export class WatchedLabels extends Array<string> {
  static override get [Symbol.species]() {
    return Array;
  }

  taken: () => void = () => undefined;

  static make(): WatchedLabels {
    return new WatchedLabels(500_000).fill('x'.repeat(100));
  }

  override slice(from?: number, to?: number): string[] {
    this.taken();
    return super.slice(from, to);
  }
}

/** Enough numbers to be written in pieces. */
const ROOTS = Float64Array.from({ length: 50_000 }, (_, i) => Math.sqrt(i));

/** The JSON text of the field `large`. */
export const LARGE = JSON.stringify([...ROOTS]);

const ColumnScalar = new GraphQLScalarType({
  name: 'Column',
  serialize: (cells) => new Column(Array.isArray(cells) || cells instanceof Float64Array ? cells : []),
});

/** A schema of columns, with and without errors. */
export function columnSchema(labels: WatchedLabels): GraphQLSchema {
  const type = ColumnScalar;
  const fail = (error: Error) => () => {
    throw error;
  };
  const query = new GraphQLObjectType({
    name: 'Query',
    fields: {
      small: { type, resolve: () => Float64Array.of(1, Number.NaN) },
      large: { type, resolve: () => ROOTS },
      labels: { type, resolve: () => labels },
      columns: { type: new GraphQLList(type), resolve: () => [Float64Array.of(2), new Float64Array(30_000)] },
      fault: { type, resolve: fail(new Error('secret')) },
      teapot: { type, resolve: fail(new GraphQLError('tea', { extensions: { code: 'TEA', http: { status: 418 } } })) },
    },
  });
  return new GraphQLSchema({ query });
}
