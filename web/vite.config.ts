import { defineConfig } from 'vite';

/** Beside which `vite web` serves the page while it is worked on. */
const GATEWAY = process.env.RUNLENS_URL ?? 'http://127.0.0.1:23300';

export default defineConfig({
  root: import.meta.dirname,
  // Relative: the page works below any path.
  base: './',
  build: {
    outDir: '../dist/web',
    emptyOutDir: true,
    // The page's policy allows no data: URLs, and no script in the document.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The package has no others of what is bundled.
    license: { fileName: 'licences.md' },
  },
  server: {
    // Below /api the page's own modules are, too.
    proxy: { '/graphql': { target: GATEWAY, ws: true }, '/api/runs/': GATEWAY },
  },
});
