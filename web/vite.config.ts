import { defineConfig } from 'vite';

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
});
