/** How heavy the screens are, and how they hold up when an outlet is full. */
import { gzipSync } from 'node:zlib';
import { words } from '../support/customer';
import { Crew } from '../support/crew';
import { expect, test } from '../support/test';

const MOST_SCRIPT = 150 * 1024;
const SLOWED = 4;
const INTERACTIVE_MS = 1_000;
const LONG_TASK_MS = 50;

test('the first load is light, and can be touched within a second on a slow machine', async ({
  screens,
  outlet,
}) => {
  const page = await screens.pair('depan', 'portrait');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  // The main thread's own time, whatever else this machine does meanwhile; a slower one takes so many times that.
  await cdp.send('Performance.enable', { timeDomain: 'threadTicks' });
  const worked = async () => {
    const { metrics } = await cdp.send('Performance.getMetrics');
    return 1_000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
  let script = 0;
  page.on('response', async (response) => {
    if (response.request().resourceType() === 'script') script += gzipSync(await response.body()).length;
  });
  const start = page.getByRole('button', { name: words.id.customer.start });
  const tries: number[] = [];
  for (let at = 0; at < 3; at += 1) {
    await page.goto('about:blank');
    script = 0;
    const before = await worked();
    await page.goto(`${outlet.url}/#/`);
    // Playwright itself asks the page meanwhile: what it costs is counted in.
    await start.click({ trial: true });
    tries.push((await worked()) - before);
  }
  console.log(
    `script ${script} bytes compressed; ${tries.map(Math.round).join(', ')} ms of work to the first touch`,
  );
  expect(script).toBeGreaterThan(0);
  expect(script).toBeLessThanOrEqual(MOST_SCRIPT);
  expect(SLOWED * Math.min(...tries)).toBeLessThanOrEqual(INTERACTIVE_MS);
});

test('on a processor four times slower the start can be touched within a second', async ({
  screens,
  outlet,
}) => {
  const page = await screens.pair('depan', 'portrait');
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWED });
  // The page's own clock, from when its address was asked for until its start has been drawn.
  await page.addInitScript((name) => {
    new MutationObserver((_, watch) => {
      const start = [...document.querySelectorAll('button')].find((one) => one.textContent?.includes(name));
      if (!start) return;
      watch.disconnect();
      requestAnimationFrame(() => setTimeout(() => ((window as any).drawn = performance.now())));
    }).observe(document, { subtree: true, childList: true });
  }, words.id.customer.start);
  const tries: number[] = [];
  // What else this machine does meanwhile is not the page's: the best of several tries counts.
  while (tries.length < 15 && !(tries.length >= 3 && Math.min(...tries) <= INTERACTIVE_MS)) {
    await page.goto('about:blank');
    await page.goto(`${outlet.url}/#/`);
    tries.push(await (await page.waitForFunction(() => (window as any).drawn as number)).jsonValue());
  }
  console.log(`drawn and listening after ${tries.map(Math.round).join(', ')} ms, ${SLOWED} times slowed`);
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
