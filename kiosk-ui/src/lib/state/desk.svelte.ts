import { SvelteSet } from 'svelte/reactivity';
import type {
  Answer,
  Edge,
  RoomState,
  RoomView,
  Session,
  Ticket,
  TicketAct,
  TicketActBody,
  Trouble,
} from '../api';
import type { I18n } from '../i18n/i18n.svelte';
import type { Clock } from './clock.svelte';
import { Keys } from './keys';
import type { Notices } from './notices.svelte';
import { actsFor, foresee } from './queue';
import type { Rows } from './rows.svelte';

interface Around {
  edge: Edge;
  rows: Rows;
  clock: Clock;
  notices: Notices;
  i18n: I18n;
  /** Tells why something was refused. */
  refuse: (problem: Trouble) => void;
}

/** What staff do to tickets, sessions and rooms: seen at once, taken back when the edge refuses. */
export class Desk {
  /** Rows with an act under way; nothing else is offered for them. */
  busy = new SvelteSet<string>();
  #around: Around;
  #keys = new Keys();

  constructor(around: Around) {
    this.#around = around;
  }

  async act(ticket: Ticket, act: TicketAct, body: TicketActBody = {}): Promise<boolean> {
    const { edge, rows, clock, notices, i18n } = this.#around;
    const wish = [ticket.id, act, body, ticket.revision];
    const forget = rows.tickets.guess(foresee(ticket, act, body, clock.now));
    const answer = await this.#run(
      ticket.id,
      wish,
      (key) => edge.actOnTicket(ticket.id, act, body, key),
      forget,
    );
    if (!answer.ok) {
      if (answer.problem.code === 'wrong_ticket_state') await this.#tellTruth(ticket.id);
      return false;
    }
    rows.tickets.take(answer.data.ticket);
    if (answer.data.session) rows.sessions.take(answer.data.session);
    notices.show({
      tone: 'done',
      text: i18n.t.board.did[act](ticket.told),
      action: this.#undo(answer.data.ticket, act),
    });
    return true;
  }

  /** Somebody was faster: fetches how it is now, and says so. */
  async #tellTruth(id: string) {
    const { rows, notices, i18n } = this.#around;
    await rows.loadQueue();
    const now = rows.tickets.get(id);
    if (!now) return;
    const text = i18n.t.board.nowIs(now.told, i18n.t.ticketState[now.state]);
    notices.show({ tone: 'refused', text });
  }

  extend(session: Session, minutes: number): Promise<boolean> {
    const { rows, edge } = this.#around;
    const longer = {
      ...session,
      minutes: session.minutes + minutes,
      extended_minutes: session.extended_minutes + minutes,
      revision: session.revision + 1,
    };
    return this.#onSession(session, ['extend', minutes], rows.sessions.guess(longer), (key) =>
      edge.extend(session.id, minutes, key),
    );
  }

  end(session: Session): Promise<boolean> {
    const { rows, edge } = this.#around;
    const over = { ...session, state: 'ended' as const, revision: session.revision + 1 };
    return this.#onSession(session, ['end'], rows.sessions.guess(over), (key) => edge.end(session.id, key));
  }

  async setRoom({ room }: RoomView, state: RoomState, note?: string): Promise<boolean> {
    const { rows, edge, clock } = this.#around;
    const since = clock.now * 1_000;
    const forget = rows.roomRows.guess({ ...room, state, note, since, revision: room.revision + 1 });
    const wish = [room.id, state, note, room.revision];
    const answer = await this.#run(room.id, wish, (key) => edge.setRoom(room.id, state, note, key), forget);
    if (answer.ok) rows.roomRows.take(answer.data);
    return answer.ok;
  }

  async #onSession(
    session: Session,
    what: unknown[],
    forget: () => void,
    ask: (key: string) => Promise<Answer<Session>>,
  ): Promise<boolean> {
    const answer = await this.#run(session.id, [session.id, ...what, session.revision], ask, forget);
    if (answer.ok) this.#around.rows.sessions.take(answer.data);
    return answer.ok;
  }

  async #run<T>(
    row: string,
    wish: unknown,
    ask: (key: string) => Promise<Answer<T>>,
    forget: () => void,
  ): Promise<Answer<T>> {
    this.busy.add(row);
    const answer = await ask(this.#keys.for(wish));
    this.busy.delete(row);
    if (answer.ok || !answer.problem.unanswered) this.#keys.settle(wish);
    if (!answer.ok) {
      forget();
      this.#around.refuse(answer.problem);
    }
    return answer;
  }

  #undo(ticket: Ticket, act: TicketAct) {
    if (act === 'undo' || !actsFor(ticket).includes('undo')) return undefined;
    const run = () => {
      const now = this.#around.rows.tickets.get(ticket.id);
      // Somebody else has gone on with it; what this button was about is no longer the last act.
      if (now?.revision === ticket.revision) void this.act(now, 'undo');
    };
    return { label: this.#around.i18n.t.common.undo, run };
  }
}
