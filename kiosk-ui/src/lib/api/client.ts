import createClient, { type Middleware } from 'openapi-fetch';
import { freshKey } from './key';
import { asking, type Answer, type ClientOptions } from './ask';
import { patientFetch } from './retry';
import type { paths } from './schema';
import type {
  CommandState,
  Devices,
  Direction,
  Expected,
  Find,
  IntakeBody,
  OpenShift,
  Shift,
  IssueBody,
  Listed,
  OutletView,
  PairedScreen,
  Product,
  QueueHead,
  RemedyBody,
  Room,
  RoomState,
  RoomView,
  Sale,
  SellBody,
  Session,
  SignedIn,
  StaffName,
  StaffSession,
  Sync,
  Ticket,
  TicketAct,
  TicketActBody,
} from './types';

const PAGE = 1_000;
/** More than a person looks through; the number above a list counts them all. */
const COMMANDS = 100;

/** The edge's local API, typed by its OpenAPI document. */
export class Edge {
  /** Where the edge is, for addresses shown to people. */
  readonly origin: string;
  #client;
  #ask;

  constructor(options: ClientOptions) {
    this.origin = options.origin;
    this.#ask = asking(options.onTrouble);
    const send = options.fetch ?? ((request: RequestInfo | URL) => fetch(request));
    this.#client = createClient<paths>({
      baseUrl: options.origin,
      fetch: patientFetch(send, options.patience),
    });
    const language: Middleware = {
      onRequest({ request }) {
        request.headers.set('Accept-Language', options.language());
      },
    };
    this.#client.use(language);
  }

  outlet(): Promise<Answer<OutletView>> {
    return this.#ask(this.#client.GET('/api/outlet'), (body) => body.data);
  }

  /** The whole business day, page by page. */
  async queue(): Promise<Answer<{ tickets: Ticket[]; head: QueueHead }>> {
    let head: QueueHead = {};
    const answer = await this.#everyPage<Ticket>(async (page) => {
      const reply = await this.#client.GET('/api/outlet/queue', {
        params: { query: { page, per_page: PAGE } },
      });
      head = headOf(reply.data);
      return reply;
    });
    return answer.ok ? { ok: true, data: { tickets: answer.data, head } } : answer;
  }

  /** What the queue says of itself, without its tickets. */
  queueHead(): Promise<Answer<QueueHead>> {
    return this.#ask(
      this.#client.GET('/api/outlet/queue', { params: { query: { page: 1, per_page: 1 } } }),
      headOf,
    );
  }

  rooms(): Promise<Answer<RoomView[]>> {
    return this.#ask(this.#client.GET('/api/outlet/rooms'), (body) => body.data);
  }

  products(): Promise<Answer<Product[]>> {
    return this.#ask(this.#client.GET('/api/outlet/products'), (body) => body.data);
  }

  sync(): Promise<Answer<Sync>> {
    return this.#ask(this.#client.GET('/api/outlet/sync'), (body) => body.data);
  }

  /** The commands that are so far: the first of them, and how many there are. */
  commands(state: CommandState): Promise<Answer<Listed>> {
    return this.#ask(
      this.#client.GET('/api/outlet/sync/commands', { params: { query: { state, per_page: COMMANDS } } }),
      ({ data, meta }) => ({ commands: data, total: meta.total }),
    );
  }

  /** Voids or corrects what a command did, by a new one. */
  remedy(id: string, body: RemedyBody, key = freshKey()): Promise<Answer<void>> {
    return this.#ask(
      this.#client.POST('/api/outlet/sync/commands/{id}/remedy', {
        params: { path: { id } },
        headers: keyed(key),
        body,
      }),
      () => undefined,
    );
  }

  /** Has outlet and central compared; tells when that was asked for. */
  askProof(key = freshKey()): Promise<Answer<number>> {
    return this.#ask(
      this.#client.POST('/api/outlet/sync/digest', { headers: keyed(key), body: {} }),
      (reply) => reply.data.at,
    );
  }

  /** Printers and cameras of the outlet, as the edge finds them, and its own disk. */
  devices(): Promise<Answer<Devices>> {
    return this.#ask(this.#client.GET('/api/outlet/devices'), (body) => body);
  }

  /** Puts bytes on a printer's paper; never twice by itself. */
  printOn(id: string, bytes: Uint8Array): Promise<Answer<void>> {
    return this.#ask(
      this.#client.POST('/api/outlet/devices/{id}/print', {
        params: { path: { id } },
        headers: { 'Content-Type': 'application/octet-stream' },
        body: bytes as never,
        bodySerializer: () => bytes as BodyInit,
      }),
      () => undefined,
    );
  }

  sales(): Promise<Answer<Sale[]>> {
    return this.#everyPage((page) =>
      this.#client.GET('/api/outlet/sales', { params: { query: { page, per_page: PAGE } } }),
    );
  }

  staff(): Promise<Answer<{ names: StaffName[]; signedIn: StaffSession | null }>> {
    return this.#ask(this.#client.GET('/api/outlet/staff'), (body) => ({
      names: body.data,
      signedIn: body.signed_in ?? null,
    }));
  }

  signIn(staff: string, pin: string): Promise<Answer<SignedIn>> {
    return this.#ask(
      this.#client.POST('/api/outlet/staff/sign-in', { body: { staff, pin } }),
      (body) => body.data,
    );
  }

  signOut(): Promise<Answer<void>> {
    return this.#ask(this.#client.POST('/api/outlet/staff/sign-out'), () => undefined);
  }

  issue(body: IssueBody, key = freshKey(), signal?: AbortSignal): Promise<Answer<Ticket>> {
    return this.#ask(
      this.#client.POST('/api/outlet/tickets', { body, headers: keyed(key), signal }),
      (reply) => reply.data,
    );
  }

  /** Checks in whoever shows this code: a QR code's text, or a number from afar as it was told. */
  checkIn(code: string, key = freshKey(), signal?: AbortSignal): Promise<Answer<Ticket>> {
    return this.#ask(
      this.#client.POST('/api/outlet/check-in', { body: { code }, headers: keyed(key), signal }),
      (reply) => reply.data,
    );
  }

  /** Who has joined from afar with this phone's number; the number comes back masked. Not a word of it is kept here. */
  lookUp(phone: string, signal?: AbortSignal): Promise<Answer<{ finds: Find[]; phone: string }>> {
    return this.#ask(
      this.#client.POST('/api/outlet/check-in/look-up', { body: { phone }, signal }),
      ({ data, phone: masked }) => ({ finds: data, phone: masked }),
    );
  }

  /** Who has booked or joined from afar for today, and is not here yet. */
  expected(): Promise<Answer<Expected[]>> {
    return this.#ask(this.#client.GET('/api/outlet/expected'), (body) => body.data);
  }

  actOnTicket(
    id: string,
    act: TicketAct,
    body: TicketActBody = {},
    key = freshKey(),
  ): Promise<Answer<{ ticket: Ticket; session: Session | null }>> {
    return this.#ask(
      // All acts answer alike; the type is that of the one that takes what others take.
      this.#client.POST(`/api/outlet/tickets/{id}/${act}` as '/api/outlet/tickets/{id}/transfer', {
        params: { path: { id } },
        headers: keyed(key),
        body,
      }),
      (reply) => ({ ticket: reply.data, session: reply.session ?? null }),
    );
  }

  extend(id: string, minutes: number, key = freshKey()): Promise<Answer<Session>> {
    return this.#ask(
      this.#client.POST('/api/outlet/sessions/{id}/extend', {
        params: { path: { id } },
        headers: keyed(key),
        body: { minutes },
      }),
      (reply) => reply.data,
    );
  }

  end(id: string, key = freshKey()): Promise<Answer<Session>> {
    return this.#ask(
      this.#client.POST('/api/outlet/sessions/{id}/end', {
        params: { path: { id } },
        headers: keyed(key),
        body: {},
      }),
      (reply) => reply.data,
    );
  }

  setRoom(id: string, state: RoomState, note?: string, key = freshKey()): Promise<Answer<Room>> {
    return this.#ask(
      this.#client.POST('/api/outlet/studios/{id}/state', {
        params: { path: { id } },
        headers: keyed(key),
        body: note ? { state, note } : { state },
      }),
      (reply) => reply.data,
    );
  }

  sell(body: SellBody, key: string): Promise<Answer<Sale>> {
    return this.#ask(
      this.#client.POST('/api/outlet/sales', { body, headers: keyed(key) }),
      (reply) => reply.data,
    );
  }

  voidSale(id: string, reason: string, key = freshKey()): Promise<Answer<{ sale: Sale; twice: boolean }>> {
    return this.#ask(
      this.#client.POST('/api/outlet/sales/{id}/void', {
        params: { path: { id } },
        headers: keyed(key),
        body: { reason },
      }),
      (reply) => ({
        sale: reply.data,
        twice: (reply.exceptions ?? []).some((exception) => exception.code === 'voided_twice'),
      }),
    );
  }

  /** The open shift with what it comes to so far; null when none is. */
  shift(): Promise<Answer<OpenShift | null>> {
    return this.#ask(this.#client.GET('/api/outlet/shift'), (body) => body.data);
  }

  /** The latest shifts, the open one too. */
  shifts(): Promise<Answer<Shift[]>> {
    return this.#ask(
      this.#client.GET('/api/outlet/shifts', { params: { query: { per_page: 20 } } }),
      (body) => body.data,
    );
  }

  openShift(float: number, key = freshKey()): Promise<Answer<Shift>> {
    return this.#ask(
      this.#client.POST('/api/outlet/shifts', { body: { float }, headers: keyed(key) }),
      (reply) => reply.data,
    );
  }

  moveCash(
    id: string,
    direction: Direction,
    amount: number,
    reason: string,
    key = freshKey(),
  ): Promise<Answer<Shift>> {
    return this.#ask(
      this.#client.POST('/api/outlet/shifts/{id}/movements', {
        params: { path: { id } },
        headers: keyed(key),
        body: { direction, amount, reason },
      }),
      (reply) => reply.data,
    );
  }

  closeShift(id: string, counted: number, key = freshKey()): Promise<Answer<Shift>> {
    return this.#ask(
      this.#client.POST('/api/outlet/shifts/{id}/close', {
        params: { path: { id } },
        headers: keyed(key),
        body: { counted },
      }),
      (reply) => reply.data,
    );
  }

  correctShift(id: string, amount: number, reason: string, key = freshKey()): Promise<Answer<Shift>> {
    return this.#ask(
      this.#client.POST('/api/outlet/shifts/{id}/corrections', {
        params: { path: { id } },
        headers: keyed(key),
        body: { amount, reason },
      }),
      (reply) => reply.data,
    );
  }

  setIntake(body: IntakeBody, key = freshKey()): Promise<Answer<void>> {
    return this.#ask(this.#client.POST('/api/outlet/intake', { body, headers: keyed(key) }), () => undefined);
  }

  adjustWait(adjust_minutes: number, key = freshKey()): Promise<Answer<void>> {
    return this.#ask(
      this.#client.POST('/api/outlet/queue/estimate', { body: { adjust_minutes }, headers: keyed(key) }),
      () => undefined,
    );
  }

  closeDay(key = freshKey()): Promise<Answer<void>> {
    return this.#ask(
      this.#client.POST('/api/outlet/day/close', { body: {}, headers: keyed(key) }),
      () => undefined,
    );
  }

  confirmDay(day: string, key = freshKey()): Promise<Answer<void>> {
    return this.#ask(
      this.#client.POST('/api/outlet/day/confirm', { body: { day }, headers: keyed(key) }),
      () => undefined,
    );
  }

  pairScreen(name: string, key = freshKey()): Promise<Answer<{ name: string; token: string }>> {
    return this.#ask(
      this.#client.POST('/api/outlet/screens', { body: { name }, headers: keyed(key) }),
      (reply) => reply.data,
    );
  }

  /** The screens that are paired, by name. */
  screens(): Promise<Answer<PairedScreen[]>> {
    return this.#ask(this.#client.GET('/api/outlet/screens'), (body) => body.data);
  }

  revokeScreen(id: string, key = freshKey()): Promise<Answer<void>> {
    return this.#ask(
      this.#client.DELETE('/api/outlet/screens/{id}', {
        params: { path: { id } },
        headers: keyed(key),
        body: {} as never,
      }),
      () => undefined,
    );
  }

  async #everyPage<T>(
    ask: (
      page: number,
    ) => Promise<{ data?: { data: T[]; meta: { last_page: number } }; error?: unknown; response: Response }>,
  ): Promise<Answer<T[]>> {
    const rows: T[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.#ask(ask(page), ({ data, meta }) => ({ data, last: meta.last_page }));
      if (!answer.ok) return answer;
      rows.push(...answer.data.data);
      if (page >= answer.data.last) return { ok: true, data: rows };
    }
  }
}

function headOf(body: (QueueHead & { data: unknown }) | undefined): QueueHead {
  const { intake, wait, wait_by_category } = body ?? {};
  return { intake, wait, wait_by_category };
}

function keyed(key: string) {
  return { 'Idempotency-Key': key };
}
