import { type ParseOptions, Source } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { documentSize, sourceSize } from './document-size.ts';
import { exceeded } from './limits.ts';

/** Refuses documents that ask for more than one may: before they are parsed what the parser, else what validation would suffer. */
export function limitDocuments(): Plugin {
  return {
    onParse({ parseFn, setParseFn }) {
      setParseFn((text: string | Source, options?: ParseOptions) => {
        const source = typeof text === 'string' ? new Source(text) : text;
        const { tokens, nesting } = sourceSize(source);
        const refused = exceeded('tokens', tokens) ?? exceeded('nesting', nesting);
        if (refused !== null) throw refused;
        return parseFn(source, options);
      });
    },
    onValidate({ params: { documentAST }, setResult }) {
      const { depth, aliases, repetitions, directives, introspection } = documentSize(documentAST);
      const refused = [
        exceeded('depth', depth),
        exceeded('aliases', aliases),
        exceeded('repetitions', repetitions),
        exceeded('directives', directives),
        exceeded('introspection', introspection),
      ].filter((error) => error !== null);
      if (refused.length > 0) setResult(refused);
    },
  };
}
