import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const edge = 'http://127.0.0.1:7080';

export default defineConfig({
  plugins: [svelte()],
  resolve: { tsconfigPaths: true },
  // Nothing inlined: the edge serves the page with a CSP of 'self', which knows no data: URLs.
  build: { assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: { '/api': edge, '/pair': edge, '/healthz': edge } },
  test: { include: ['src/**/*.test.ts'] },
});
