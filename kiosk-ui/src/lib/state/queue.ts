/** The queue's rules as a screen needs them: who is next, what may be done, what it will look like. */
import type {
  Room,
  RoomView,
  Session,
  Studio,
  Ticket,
  TicketAct,
  TicketActBody,
  TicketRow,
  TicketState,
} from '../api';

const LETTER = { walk_in: 'A', mobile: 'M', booking: 'B', receipt: 'R' } as const;

/** The number as it is told: `A-012`. Rows that come as events do not carry it. */
export function asTold(row: TicketRow): Ticket {
  const told = `${LETTER[row.series]}-${String(row.number).padStart(3, '0')}`;
  return { ...row, told };
}

/** Whether a booking goes before regular walk-ins by now. */
export function isDue({ slot }: Ticket, now: number): boolean {
  return slot?.due_at != null && slot.due_at <= now * 1_000;
}

/** Priority lane first, then bookings that are due by their slots, then all others; by place among equals. The
 * order of the edge's own list, which moves on with the time. */
export function byService(now: number): (a: Ticket, b: Ticket) => number {
  const rank = (ticket: Ticket) => (ticket.lane === 'priority' ? 0 : isDue(ticket, now) ? 1 : 2);
  return (a, b) => {
    const ranks = rank(a) - rank(b);
    const slots = rank(a) === 1 ? (a.slot?.due_at ?? 0) - (b.slot?.due_at ?? 0) : 0;
    return ranks || slots || a.position - b.position;
  };
}

export function inState(tickets: readonly Ticket[], now: number, ...states: TicketState[]): Ticket[] {
  return tickets.filter((ticket) => states.includes(ticket.state)).sort(byService(now));
}

/** How many are served before this one; `null` when it does not wait. */
export function ahead(tickets: readonly Ticket[], now: number, id: string): number | null {
  const place = inState(tickets, now, 'waiting').findIndex((ticket) => ticket.id === id);
  return place < 0 ? null : place;
}

/** Called numbers, the latest call first. */
export function calls(tickets: readonly Ticket[]): Ticket[] {
  return tickets
    .filter((ticket) => ticket.state === 'called')
    .sort((a, b) => Number(b.called_at ?? 0) - Number(a.called_at ?? 0));
}

const FROM: Record<Exclude<TicketAct, 'undo'>, readonly TicketState[]> = {
  call: ['waiting'],
  start: ['called', 'waiting'],
  recall: ['called'],
  hold: ['waiting', 'called'],
  resume: ['on_hold'],
  'no-show': ['called'],
  return: ['no_show'],
  transfer: ['waiting', 'called', 'on_hold'],
  lane: ['waiting', 'on_hold'],
  cancel: ['waiting', 'called', 'on_hold', 'no_show'],
};
const ACTS = Object.keys(FROM) as (keyof typeof FROM)[];

/** What the edge would allow in this state: nothing else is offered. */
export function actsFor(ticket: Ticket): TicketAct[] {
  const acts: TicketAct[] = ACTS.filter((act) => FROM[act].includes(ticket.state));
  if (ticket.before) acts.push('undo');
  return acts;
}

const TO: Record<Exclude<TicketAct, 'undo' | 'lane'>, TicketState> = {
  call: 'called',
  start: 'in_session',
  recall: 'called',
  hold: 'on_hold',
  resume: 'waiting',
  'no-show': 'no_show',
  return: 'waiting',
  transfer: 'waiting',
  cancel: 'cancelled',
};

/** What the ticket will most likely be, shown until the edge has answered. */
export function foresee(ticket: Ticket, act: TicketAct, body: TicketActBody, now: number): Ticket {
  const { state, studio, session, called_at, calls: told, position } = ticket;
  const next = { ...ticket, revision: ticket.revision + 1 };
  if (act === 'undo') {
    if (!ticket.before) return ticket;
    const product = ticket.before.product ?? ticket.product;
    const lane = ticket.before.lane ?? ticket.lane;
    return { ...next, ...ticket.before, product, lane, before: null };
  }
  next.before = { state, studio, session, called_at, calls: told, position };
  if (act === 'lane') {
    next.before.lane = ticket.lane;
    next.lane = body.lane ?? ticket.lane;
    return next;
  }
  next.state = TO[act];
  if (act === 'call' || act === 'recall') {
    next.called_at = now * 1_000;
    next.calls = told + 1;
  }
  if (act === 'transfer') next.studio = body.studio ?? null;
  else if (body.studio) next.studio = body.studio;
  return next;
}

/** Whether a room takes products of this category; one that names none takes all. */
export function serves(studio: Studio, category: string): boolean {
  return studio.serves.length === 0 || studio.serves.includes(category);
}

/** Rooms for a ticket: those that serve it, free ones first. */
export function roomsFor(rooms: readonly RoomView[], ticket: Ticket): RoomView[] {
  const rank = { free: 0, cleaning: 1, in_use: 2, fault: 3 };
  return rooms
    .filter((view) => serves(view.studio, ticket.product.category))
    .sort((a, b) => rank[a.room.state] - rank[b.room.state]);
}

/** A session may start in a room that is free, or still marked for cleaning. */
export function startable(room: Room): boolean {
  return room.state === 'free' || room.state === 'cleaning';
}

export type TimerTone = 'calm' | 'soon' | 'almost' | 'over';

/** Seconds left of a session (negative once over) and how urgent that is. */
export function remaining(session: Session, now: number): { seconds: number; tone: TimerTone } {
  const due = session.started_at / 1_000 + session.minutes * 60_000;
  const seconds = Math.ceil((due - now) / 1_000);
  const tone = seconds <= 0 ? 'over' : seconds <= 60 ? 'almost' : seconds <= 300 ? 'soon' : 'calm';
  return { seconds, tone };
}
