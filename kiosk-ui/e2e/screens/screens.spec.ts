/** Pictures of every screen, both ways up and in both languages, into target/screens. */
import { still } from '../support/audit';
import { target } from '../support/places';
import { SIZES, test, type Orientation } from '../support/test';
import { messages, PARTS } from '../support/tour/index';

for (const language of ['id', 'en'] as const)
  for (const [part, run] of Object.entries(PARTS))
    test(`${part} in ${language}`, async ({ screens, outlet }) => {
      await run({
        screens,
        outlet,
        language,
        t: messages[language],
        show: async (page, name) => {
          for (const way of Object.keys(SIZES) as Orientation[]) {
            await page.setViewportSize(SIZES[way]);
            await still(page);
            await page.screenshot({ path: target(`screens/${name}-${way}-${language}.png`) });
          }
        },
      });
    });
