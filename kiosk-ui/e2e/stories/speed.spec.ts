/** How heavy the screens are, and how they hold up when an outlet is full. */
import { gzipSync } from 'node:zlib';
import { words } from '../support/customer';
import { Crew } from '../support/crew';
import { expect, test } from '../support/test';

const MOST_SCRIPT = 150 * 1024;
const SLOWED = 4;
const INTERACTIVE_MS = 1_000;
const TRIES = 8;
const LONG_TASK_MS = 50;

test('the first load is light, and can be touched within a second on a slow machine', async ({
  screens,
  outlet,
}) => {
  const page = await screens.pair('depan', 'portrait');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });
  let script = 0;
  page.on('response', async (response) => {
    if (response.request().resourceType() === 'script') script += gzipSync(await response.body()).length;
  });
  // From the page's own start to the first frame in which the button can be touched.
  await page.addInitScript((start) => {
    const look = () => {
      const button = [...document.querySelectorAll('button')].find((one) => one.textContent?.includes(start));
      if (button) requestAnimationFrame(() => ((window as any).interactive = performance.now()));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, words.id.customer.start);
  const tries: number[] = [];
  // Other programs of this machine are not what is measured: a try they disturbed is made again.
  while (tries.length < TRIES && !(Math.min(...tries) <= INTERACTIVE_MS)) {
    await page.goto('about:blank');
    script = 0;
    await page.goto(`${outlet.url}/#/`);
    await page.waitForFunction(() => (window as any).interactive > 0);
    tries.push(await page.evaluate(() => (window as any).interactive as number));
  }
  console.log(`script ${script} bytes compressed; interactive after ${tries.map(Math.round).join(', ')} ms`);
  expect(script).toBeGreaterThan(0);
  expect(script).toBeLessThanOrEqual(MOST_SCRIPT);
  expect(Math.min(...tries)).toBeLessThanOrEqual(INTERACTIVE_MS);
});

test('a board with three hundred tickets stays smooth while they change', async ({ screens, outlet }) => {
  test.setTimeout(120_000);
  for (let at = 0; at < 30; at += 1) await Promise.all(Array.from({ length: 10 }, () => outlet.issue()));
  const tickets = (await outlet.tickets()).filter((ticket) => ticket.state === 'waiting');
  expect(tickets.length).toBeGreaterThanOrEqual(300);
  const crew = await Crew.at(screens, 'kasir', outlet.manager);
  const { page } = crew;
  const last = tickets.slice(0, 20);
  await expect(crew.row(last[0]?.told ?? '')).toBeVisible();

  await page.evaluate(() => {
    const tasks: number[] = ((window as any).tasks = []);
    new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map((entry) => entry.duration)),
    ).observe({
      entryTypes: ['longtask'],
    });
  });
  for (const ticket of last) await outlet.act(ticket.id, 'hold');
  for (const ticket of last) await crew.sees(ticket.told, 'on_hold');
  const tasks = await page.evaluate(() => (window as any).tasks as number[]);
  console.log(
    `${tickets.length} tickets, ${last.length} updates, long tasks: ${tasks.map(Math.round).join(', ') || 'none'}`,
  );
  expect(tasks.filter((length) => length > LONG_TASK_MS)).toEqual([]);
});
