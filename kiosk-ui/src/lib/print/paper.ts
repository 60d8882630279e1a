/** What stands on an 80 mm slip, line by line: drawn for a browser's printer, or told to one that speaks ESC/POS. */
import type { Outlet, Sale, Ticket } from '../api';
import type { Messages } from '../i18n/messages';

export type Line =
  | { is: 'title' | 'centre' | 'text'; text: string }
  | { is: 'number'; text: string }
  | { is: 'pair'; left: string; right: string; strong?: boolean }
  | { is: 'rule' };

/** Words and formats of whoever prints. */
export interface Voice {
  t: Messages;
  money: (amount: number) => string;
  time: (at: number | string) => string;
  day: (iso: string) => string;
}

function head(outlet: Outlet | undefined): Line[] {
  if (!outlet) return [];
  return [
    { is: 'title', text: outlet.name },
    { is: 'centre', text: `${outlet.address}, ${outlet.city}` },
    { is: 'rule' },
  ];
}

export function receipt(
  sale: Sale,
  outlet: Outlet | undefined,
  beside: { told?: string | undefined; cashier?: string | undefined },
  { t, money, time, day }: Voice,
): Line[] {
  return [
    ...head(outlet),
    { is: 'pair', left: sale.receipt_code, right: beside.told ?? '', strong: true },
    { is: 'pair', left: day(sale.day), right: time(sale.sold_at) },
    ...(beside.cashier ? [{ is: 'pair' as const, left: t.sale.cashier, right: beside.cashier }] : []),
    ...(sale.void ? [{ is: 'title' as const, text: `*** ${t.sale.voided.toUpperCase()} ***` }] : []),
    { is: 'rule' },
    ...sale.lines.flatMap((line): Line[] => [
      { is: 'text', text: line.name },
      { is: 'pair', left: `${line.quantity} × ${money(line.unit_price)}`, right: money(line.amount) },
    ]),
    { is: 'rule' },
    { is: 'pair', left: t.sale.total, right: money(sale.total), strong: true },
    { is: 'pair', left: t.sale.cash, right: money(sale.tendered) },
    { is: 'pair', left: t.sale.change, right: money(sale.change) },
    { is: 'centre', text: t.sale.thanks },
  ];
}

export function ticketSlip(ticket: Ticket, outlet: Outlet | undefined, { t, time, day }: Voice): Line[] {
  return [
    ...head(outlet),
    { is: 'centre', text: t.print.yourNumber },
    { is: 'number', text: ticket.told },
    { is: 'centre', text: ticket.product.name },
    {
      is: 'centre',
      text: `${t.common.people(ticket.party_size)} · ${t.common.minutes(ticket.product.minutes)}`,
    },
    { is: 'rule' },
    { is: 'pair', left: day(ticket.day), right: time(ticket.issued_at) },
    ...(ticket.lane === 'priority' ? [{ is: 'centre' as const, text: t.lane.priority }] : []),
    { is: 'centre', text: t.print.waitToBeCalled },
  ];
}
