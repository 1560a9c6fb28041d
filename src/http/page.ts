import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import compression from 'compression';
import express, { type RequestHandler, Router } from 'express';
import helmet from 'helmet';
import { isAbsence } from '../system-error.ts';
import { methodNotAllowed, notFound, sendError } from './errors.ts';
import { noteRoute } from './request-facts.ts';

const NOT_BUILT = 'The page is not built: npm run build builds it, and --no-page leaves it out';

/** Lets the page load and ask nothing but what this gateway serves, and be shown in no page of others. */
const headers = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  xFrameOptions: { action: 'deny' },
  // For whoever serves it over TLS to say, and for all of their host.
  strictTransportSecurity: false,
});

/**
 * The page: its document at `/`, and what that loads below `/assets`.
 *
 * @param directory where the build has it; looked at for each request, so that a new build is served at once
 * @param warn told where there is no page
 */
export function pageRouter(directory: string, warn: (message: string) => void): Router {
  const document = join(directory, 'index.html');
  if (!existsSync(document)) warn(NOT_BUILT);
  // The build puts a hash of the content into each name.
  const assets = express.static(join(directory, 'assets'), {
    index: false,
    redirect: false,
    immutable: true,
    maxAge: '1y',
  });
  const router = Router({ caseSensitive: true, strict: true });
  const readOnly = methodNotAllowed('GET, HEAD');
  router.route('/').all(noteRoute('/')).get(headers, compression(), sendDocument(document)).all(readOnly);
  router.use('/assets', noteRoute('/assets/*'), headers, compression(), assets);
  router.route('/assets/{*file}').get(notFound).all(readOnly);
  return router;
}

/**
 * Sends the document with an ETag of its content. The one that express.static makes of size and time may be the same for two
 * versions: names of assets are of one length, and all files of a package's archive have the same date.
 */
function sendDocument(path: string): RequestHandler {
  return async (_request, response) => {
    try {
      const html = await readFile(path);
      response.set('Cache-Control', 'no-cache').type('html').send(html);
    } catch (error) {
      if (!isAbsence(error)) throw error;
      sendError(response, 'NOT_FOUND', NOT_BUILT);
    }
  };
}
