import { defineConfig } from '@playwright/test';
import { target } from './support/places';

/** Debian's browser; nothing is ever downloaded. */
const executablePath = process.env['GERAI_CHROMIUM'] ?? '/usr/bin/chromium';

export default defineConfig({
  testDir: '.',
  outputDir: target('e2e/results'),
  globalSetup: './support/demo.ts',
  // Each of the two has an outlet of its own: parallel tests never meet in one queue.
  workers: 2,
  fullyParallel: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['list']],
  projects: [
    { name: 'stories', testMatch: 'stories/*.spec.ts' },
    // Central is another one meanwhile, for all outlets.
    { name: 'last', testMatch: 'last/*.spec.ts', dependencies: ['stories'] },
    { name: 'screens', testMatch: 'screens/screens.spec.ts', timeout: 600_000 },
    {
      name: 'last screens',
      testMatch: 'screens/last.spec.ts',
      timeout: 600_000,
      dependencies: ['screens'],
    },
  ],
  use: {
    screenshot: 'only-on-failure',
    locale: 'id-ID',
    actionTimeout: 15_000,
    launchOptions: {
      executablePath,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-dev-shm-usage',
        '--no-first-run',
        '--no-default-browser-check',
        '--autoplay-policy=no-user-gesture-required',
      ],
    },
  },
});
