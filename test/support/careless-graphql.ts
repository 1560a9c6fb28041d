import express from 'express';
import { execute, extendSchema, GraphQLError, parse, specifiedRules, validate } from 'graphql';
import { z } from 'zod';
import { schema } from '../../schema/index.ts';
import { listen } from '../../src/http/server.ts';

const carelessSchema = extendSchema(
  schema,
  parse('extend schema { mutation: Mutation } type Mutation { nothing: Int }'),
);
const rules = specifiedRules.filter(({ name }) => name !== 'MaxIntrospectionDepthRule');
const parameters = z.object({ query: z.string() });

/** A GraphQL server that does everything that one should not: it answers any query, however it is sent, and tells all. */
export async function startCarelessServer() {
  const app = express();
  app.use(express.json(), express.urlencoded());
  app.all('/graphql', (request, response, next) => {
    const sent: unknown = request.method === 'GET' ? request.query : request.body;
    const isPage = request.method === 'GET' && request.accepts('json', 'html') === 'html';
    if (isPage) response.send('<h1>GraphiQL</h1>');
    else answerAll(sent).then((results) => response.json(results), next);
  });
  return listen(app, '127.0.0.1', 0);
}

function answerAll(sent: unknown): Promise<object> {
  return Array.isArray(sent) ? Promise.all(sent.map(answer)) : answer(sent);
}

async function answer(sent: unknown): Promise<object> {
  try {
    const document = parse(parameters.parse(sent).query);
    const errors = validate(carelessSchema, document, rules);
    return errors.length > 0
      ? { errors }
      : { ...(await execute({ schema: carelessSchema, document })), extensions: { tracing: {} } };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const exception = { stacktrace: error.stack?.split('\n') };
    return { errors: [{ message: error.message, extensions: { exception } }] };
  }
}
