import { Customer, words } from '../support/customer';
import { Crew } from '../support/crew';
import { expect, test } from '../support/test';

for (const line of ['up', 'cut'] as const) {
  test(`a walk-in's whole visit is seen live on other screens, with the line ${line}`, async ({
    screens,
    outlet,
  }) => {
    const t = words.id;
    const product = await outlet.product('photobooth');
    const kiosk = await screens.open('depan', 'customer', 'portrait');
    const tv = await screens.open('tv', 'display');
    const crew = await Crew.at(screens, 'kasir', outlet.manager);
    const room = (await outlet.rooms()).find((view) => view.studio.serves.includes('photobooth'));
    const where = room?.studio.name ?? '';
    if (line === 'cut') {
      await outlet.cut();
      await expect(kiosk.getByText(t.link.internet)).toBeVisible();
      await expect(tv.getByText(t.link.internet)).toBeVisible();
      await expect(crew.page.getByText(t.link.internet)).toBeVisible();
    }

    const customer = new Customer(kiosk);
    const told = await customer.takeNumber(product.name);
    expect(customer.taps, 'fewer than six taps for a walk-in').toBeLessThan(6);
    await expect(tv.getByText(told)).toBeVisible();
    await crew.sees(told, 'waiting');

    await crew.pick(told);
    await crew.act('call');
    await crew.answer(where);
    await expect(tv.getByText(t.display.goTo(where))).toBeVisible();
    await expect(kiosk.getByText(t.customer.goTo(where))).toBeVisible();

    await crew.act('start');
    await crew.answer(where);
    await crew.filter('in_session');
    await crew.sees(told, 'in_session');
    await expect(tv.getByText(t.display.goTo(where))).toBeHidden();

    await crew.tab('rooms');
    const card = crew.page.getByRole('listitem').filter({ hasText: where });
    await expect(card.getByRole('timer')).toHaveText(/\d:\d\d/);
    await card.getByRole('button', { name: t.rooms.extend }).click();
    await crew.answer(t.rooms.extendBy(5));
    await expect(card.getByText(t.rooms.extended(5))).toBeVisible();
    await card.getByRole('button', { name: t.rooms.end }).click();
    await crew.answer(t.rooms.end);
    await expect(card.getByText(t.roomState.cleaning)).toBeVisible();
    await crew.tab('board');
    await crew.filter('over');
    await crew.sees(told, 'finished');

    if (line === 'cut') {
      await crew.tab('sync');
      await expect(crew.page.getByText(t.sync.kinds['session.end']).first()).toBeVisible();
      await outlet.heal();
      await expect(crew.page.getByText(t.sync.allIn)).toBeVisible();
      await expect(kiosk.getByText(t.link.internet)).toBeHidden();
    }
  });
}
