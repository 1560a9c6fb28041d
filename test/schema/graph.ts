import { useGateway } from '../conformance/fixture.ts';
import type { RunContent } from '../support/storage.ts';
import { ask, execute, type TypedDocument } from './execute.ts';

/** A gateway over a storage of its own, asked over GraphQL, for the tests of one file. */
export function useGraph() {
  const fixture = useGateway();
  return {
    /** Adds a run. */
    serve: (content?: RunContent) => fixture.serve(content),
    get storage() {
      return fixture.storage;
    },
    get gateway() {
      return fixture.gateway;
    },
    execute: <Data, Variables>(document: TypedDocument<Data, Variables>, variables: Variables) =>
      execute(fixture.gateway.url, document, variables),
    /** The answer to an operation in which nothing may fail. */
    ask: <Data, Variables>(document: TypedDocument<Data, Variables>, variables: Variables) =>
      ask(fixture.gateway.url, document, variables),
  };
}
