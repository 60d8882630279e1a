/** A picture wherever the tour has something to show. */
import { still } from '../audit';
import { target } from '../places';
import { SIZES, test, type Orientation } from '../test';
import { messages, type Part } from './steps';

export function picture(parts: Record<string, Part>) {
  for (const language of ['id', 'en'] as const)
    for (const [part, run] of Object.entries(parts))
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
}
