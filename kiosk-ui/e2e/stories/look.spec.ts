/** Every screen, both ways up and in both languages: what axe finds, and what ux.md asks for. */
import { axeFinds, measure } from '../support/audit';
import { expect, SIZES, test, type Orientation } from '../support/test';
import { messages, PARTS } from '../support/tour/index';

for (const language of ['id', 'en'] as const)
  for (const [part, run] of Object.entries(PARTS))
    test(`${part} in ${language}: names, contrast, sizes`, async ({ screens, outlet }) => {
      test.setTimeout(120_000);
      await run({
        screens,
        outlet,
        language,
        t: messages[language],
        show: async (page, name) => {
          for (const way of Object.keys(SIZES) as Orientation[]) {
            await page.setViewportSize(SIZES[way]);
            const found = [...(await axeFinds(page)), ...(await measure(page, way))];
            expect.soft(found, `${name}, ${way}`).toEqual([]);
          }
        },
      });
    });
