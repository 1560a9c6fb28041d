import { createRequire } from 'node:module';

// By the package's own name, which holds from the sources and from the build alike. Imported, it would be copied into the build.
const manifest: { readonly version: string } = createRequire(import.meta.url)('runlens/package.json');

/** The version of Runlens. */
export const { version } = manifest;
