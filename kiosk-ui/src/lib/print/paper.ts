/** What stands on an 80 mm slip, line by line: drawn for a browser's printer, or told to one that speaks ESC/POS. */
import type { Outlet, Sale, Ticket, Wait } from '../api';
import type { Messages } from '../i18n/messages';
import { inPacket, type Bill } from '../state/bill';

export type Line =
  | { is: 'title' | 'centre' | 'text'; text: string }
  | { is: 'number'; text: string }
  | { is: 'pair'; left: string; right: string; strong?: boolean }
  /** A QR code: what it opens, and what is said below it. */
  | { is: 'code'; opens: string; text: string }
  | { is: 'rule' };

/** Words and formats of whoever prints. */
export interface Voice {
  t: Messages;
  money: (amount: number) => string;
  time: (at: number | string) => string;
  day: (iso: string) => string;
}

/** What is known of a ticket beside its row. */
export interface Beside {
  wait?: Wait | null;
  /** What was chosen, and is still to be paid. */
  bill?: Bill | null;
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
      { is: 'text', text: inPacket(line.name, line.packet) },
      { is: 'pair', left: `${line.quantity} × ${money(line.unit_price)}`, right: money(line.amount) },
    ]),
    { is: 'rule' },
    { is: 'pair', left: t.sale.total, right: money(sale.total), strong: true },
    { is: 'pair', left: t.sale.cash, right: money(sale.tendered) },
    { is: 'pair', left: t.sale.change, right: money(sale.change) },
    { is: 'centre', text: t.sale.thanks },
  ];
}

function unpaid({ lines, total }: Bill, { t, money }: Voice): Line[] {
  return [
    { is: 'rule' },
    ...lines.map(({ name, quantity, amount }): Line => {
      const left = quantity > 1 ? `${quantity} × ${name}` : name;
      return { is: 'pair', left, right: money(amount) };
    }),
    { is: 'pair', left: t.customer.total, right: money(total), strong: true },
    { is: 'centre', text: t.customer.payAtCounterLong },
  ];
}

/** What its guest chose, as it was told, on a slip that has no prices. */
function wanted({ wanted: chosen }: Ticket): Line[] {
  const packet = chosen?.packet ? [{ is: 'centre' as const, text: chosen.packet }] : [];
  const extras = (chosen?.extras ?? []).map(({ name, quantity }): Line => {
    return { is: 'text', text: `+ ${quantity} × ${name}` };
  });
  return [...packet, ...extras];
}

/** A ticket's slip, the same whoever prints it: its holder at the kiosk, or staff once more. */
export function ticketSlip(
  ticket: Ticket,
  outlet: Outlet | undefined,
  { wait, bill }: Beside,
  voice: Voice,
): Line[] {
  const { t, time, day } = voice;
  const { people, minutes } = t.common;
  return [
    ...head(outlet),
    { is: 'centre', text: t.customer.yourNumber },
    { is: 'number', text: ticket.told },
    { is: 'centre', text: ticket.product.name },
    { is: 'centre', text: `${people(ticket.party_size)} · ${minutes(ticket.product.minutes)}` },
    ...(bill ? [] : wanted(ticket)),
    ...(ticket.lane === 'priority' ? [{ is: 'centre' as const, text: t.lane.priority }] : []),
    { is: 'rule' },
    { is: 'pair', left: day(ticket.day), right: time(ticket.issued_at) },
    ...(wait
      ? [{ is: 'pair' as const, left: t.customer.estimate, right: t.customer.range(wait.low, wait.high) }]
      : []),
    ...(bill ? unpaid(bill, voice) : []),
    ...(ticket.status_url
      ? [{ is: 'code' as const, opens: ticket.status_url, text: t.customer.scanStatus }]
      : []),
    { is: 'centre', text: t.customer.remember },
  ];
}

/** Whether anything comes out, and whether all of it is on the paper. */
export function testSlip(outlet: Outlet | undefined, origin: string, at: number, { t, time }: Voice): Line[] {
  return [
    ...head(outlet),
    { is: 'centre', text: t.devices.testSlip },
    { is: 'number', text: 'A-123' },
    { is: 'pair', left: t.devices.testEdges, right: time(at) },
    { is: 'code', opens: origin, text: origin },
  ];
}
