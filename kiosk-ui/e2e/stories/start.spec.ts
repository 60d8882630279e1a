/** After a power cut without internet; with a slow line; on paper. */
import { Customer, TOLD, words } from '../support/customer';
import { Crew } from '../support/crew';
import { expect, test } from '../support/test';

const t = words.id;
/** ux.md: press feedback within this. */
const FEEDBACK_MS = 100;

test('from a cold start without internet a walk-in gets a number', async ({ screens, outlet }) => {
  await outlet.cut();
  await outlet.flip('kill');
  await outlet.flip('start');
  await expect
    .poll(() =>
      outlet.ask('').then(
        () => true,
        () => false,
      ),
    )
    .toBe(true);

  const page = await screens.open('depan baru', 'customer', 'portrait');
  // Nothing but the edge is asked for anything.
  const elsewhere: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(outlet.url) && !request.url().startsWith('data:'))
      elsewhere.push(request.url());
  });
  await page.reload();
  await expect(page.getByText(t.link.internet)).toBeVisible();
  await expect(page.getByText(/Data produk per \d\d\.\d\d/)).toBeVisible();
  const customer = new Customer(page);
  await customer.chooseCategory();
  const broken = () =>
    page.evaluate(() => [...document.images].filter((one) => one.complete && one.naturalWidth === 0).length);
  expect(await broken()).toBe(0);
  expect(await page.evaluate(() => document.fonts.check('16px "Plus Jakarta Sans Variable"'))).toBe(true);
  await customer.chooseProduct((await outlet.product('photobooth')).name);
  await customer.toPay();
  await customer.tap(t.customer.getNumber);
  await expect(page.getByText(TOLD).first()).toBeVisible();
  expect(elsewhere).toEqual([]);
});

test('what staff touch shows within a tenth of a second, however slow the answer', async ({
  screens,
  outlet,
}) => {
  const { told, id } = await outlet.issue();
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  await crew.pick(told);
  await crew.act('hold');
  const { page } = crew;
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: 3_000,
    downloadThroughput: -1,
    uploadThroughput: -1,
  });
  await page.evaluate(
    ([row, state]) => {
      const took: { from?: number; shown?: number } = ((window as any).took = {});
      addEventListener('pointerdown', () => (took.from ??= performance.now()), true);
      new MutationObserver(() => {
        const line = [...document.querySelectorAll('li')].find((one) => one.textContent?.includes(row ?? ''));
        if (line?.textContent?.includes(state ?? '')) took.shown ??= performance.now();
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    },
    [told, t.ticketState.on_hold],
  );
  await crew.answer(t.board.holdReasons[0] ?? '');
  await crew.sees(told, 'on_hold');
  const { from = 0, shown = Infinity } = await page.evaluate(() => (window as any).took);
  console.log(`shown after ${Math.round(shown - from)} ms, with an answer that takes 3 s`);
  expect(shown - from).toBeLessThanOrEqual(FEEDBACK_MS);
  await expect.poll(async () => (await outlet.ticket(id)).state).toBe('on_hold');
});

test('on paper stands the slip and nothing else', async ({ screens, outlet }) => {
  const { told } = await outlet.issue({ holder: 'Sari' });
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const { page } = crew;
  await crew.pick(told);
  await crew.button(t.print.reprint).click();
  await page.emulateMedia({ media: 'print' });
  await page.evaluate(() => {
    window.print = () => {
      const drawn = [...document.querySelectorAll<HTMLElement>('#app *')].filter((one) =>
        one.checkVisibility(),
      );
      const slip = document.querySelector('.printed');
      (window as any).paper = {
        beside: drawn.filter((one) => !slip?.contains(one)).length,
        width: slip?.getBoundingClientRect().width,
        words: (slip as HTMLElement | null)?.innerText,
      };
    };
  });
  await page.locator('dialog').evaluate((dialog, print) => {
    [...dialog.querySelectorAll('button')].find((one) => one.textContent?.trim() === print)?.click();
  }, t.print.print);
  await expect.poll(() => page.evaluate(() => Boolean((window as any).paper))).toBe(true);
  const paper = await page.evaluate(() => (window as any).paper);
  expect(paper.beside).toBe(0);
  expect(paper.words).toContain(told);
  // 72 of 80 mm can be printed on.
  expect(Math.round((paper.width / 96) * 25.4)).toBe(72);
  await expect.poll(() => page.locator('.printed').count()).toBe(0);
});
