import type { Ticket, Wait } from '$lib/api';
import type { Slip } from '$lib/printer';
import type { Bill } from '$lib/state/bill';
import type { Kiosk } from '$lib/state/kiosk.svelte';

type Told = Pick<Kiosk, 'i18n' | 'rows' | 'money' | 'day' | 'time'>;

/** A ticket's slip, in the language of whoever holds it. */
export function slipOf(kiosk: Told, ticket: Ticket, wait: Wait | null, bill: Bill | null): Slip {
  const { t } = kiosk.i18n;
  const outlet = kiosk.rows.outlet?.outlet;
  const chosen = (bill?.lines ?? []).map(({ name, quantity, amount }) => ({
    text: quantity > 1 ? `${quantity} × ${name}` : name,
    amount: kiosk.money(amount),
  }));
  return {
    outlet: outlet ? `${outlet.name}, ${outlet.city}` : '',
    title: t.customer.yourNumber,
    number: ticket.told,
    lines: [
      { text: kiosk.day(ticket.day), amount: kiosk.time(ticket.issued_at) },
      { text: ticket.product.name, amount: t.common.people(ticket.party_size) },
      ...(wait ? [{ text: t.customer.estimate, amount: t.customer.range(wait.low, wait.high) }] : []),
      ...chosen,
    ],
    ...(bill && { total: { text: t.customer.total, amount: kiosk.money(bill.total) } }),
    ...(ticket.status_url && { code: { address: ticket.status_url, text: t.customer.scanStatus } }),
    notes: [t.customer.payAtCounterLong, t.customer.remember],
  };
}
