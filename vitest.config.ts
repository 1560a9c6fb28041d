import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const built = fileURLToPath(new URL('./dist', import.meta.url));

export default defineConfig({
  resolve: {
    alias: [
      // Tests import the sources, for their types, and run the build: worker threads load what is shipped.
      { find: /^(?:\.\.\/)+(src|schema)\/(.*)\.ts$/, replacement: `${built}/$1/$2.js` },
      // Vitest would resolve the ES module build beside the CommonJS one that Node loads for the libraries.
      { find: /^graphql$/, replacement: 'graphql/index.js' },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    // No test changes what others import, and importing the gateway for each file would take longer than most of them.
    isolate: false,
    // Only a test that hangs takes that long, however busy the machine.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    expect: { poll: { timeout: 20_000 } },
    server: { deps: { external: [/\/dist\//] } },
  },
});
