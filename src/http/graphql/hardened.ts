import { NoSchemaIntrospectionCustomRule } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';

/** Keeps the schema from those who do not know it: no introspection, and no suggestions in errors. */
export function hideSchema(): Plugin {
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(NoSchemaIntrospectionCustomRule);
      return ({ result }) => removeSuggestions(result);
    },
    // The values of variables are looked at in execution.
    onExecute: () => ({
      onExecuteDone({ result }) {
        if (!isAsyncIterable(result)) removeSuggestions(result.errors);
      },
    }),
    onSubscribe: () => ({
      onSubscribeResult({ result }) {
        if (!isAsyncIterable(result)) removeSuggestions(result.errors);
      },
    }),
  };
}

/** Not by graphql-js's option hideSuggestions, of which yoga's executor makes nothing where a value is of an enum. */
function removeSuggestions(errors: readonly Error[] = []): void {
  for (const error of errors) error.message = error.message.replace(/ Did you mean .*\?$/s, '');
}
