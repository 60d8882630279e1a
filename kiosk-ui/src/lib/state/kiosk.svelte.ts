import { createContext, tick } from 'svelte';
import { Edge, type ClientOptions, type Trouble } from '../api';
import { day, dayAt, rupiah, time } from '../i18n/format';
import { I18n } from '../i18n/i18n.svelte';
import type { Line, Voice } from '../print/paper';
import { BrowserPrinter, EscposPrinter, type Printed } from '../print/printer';
import type { Device, Zone } from '../api';
import { Clock } from './clock.svelte';
import { Comfort } from './comfort.svelte';
import { Desk } from './desk.svelte';
import { slipPrinter, works } from './devices';
import { Live } from './live.svelte';
import { Notices } from './notices.svelte';
import { Route } from './route.svelte';
import { Rows } from './rows.svelte';
import { Scale } from './scale.svelte';
import { Staff } from './staff.svelte';

/** Everything a screen works with, put together once. */
export class Kiosk {
  i18n = new I18n();
  clock = new Clock();
  notices = new Notices();
  route = new Route();
  scale = new Scale();
  comfort = new Comfort();
  edge: Edge;
  rows: Rows;
  live: Live;
  staff: Staff;
  desk: Desk;
  /** The slip that is on its way to the printer. */
  paper = $state.raw<readonly Line[] | null>(null);
  /** What became of the last slip; null when none was printed yet. */
  printed = $state.raw<Printed | null>(null);
  #browser = new BrowserPrinter((slip) => (this.paper = slip), tick);

  constructor(origin: string, options: Pick<ClientOptions, 'fetch' | 'patience'> = {}) {
    this.edge = new Edge({
      ...options,
      origin,
      language: () => this.i18n.language,
      onTrouble: (trouble) => this.#notice(trouble),
    });
    this.rows = new Rows(this.edge);
    this.live = new Live(this.edge, this.rows, this.clock);
    this.staff = new Staff(this.edge, () => this.clock.now);
    this.desk = new Desk({
      edge: this.edge,
      rows: this.rows,
      clock: this.clock,
      notices: this.notices,
      i18n: this.i18n,
      refuse: (problem) => this.refuse(problem),
    });
  }

  get zone(): Zone {
    return this.rows.outlet?.outlet.zone ?? 'WIB';
  }

  money(amount: number): string {
    return rupiah(amount, this.i18n.language);
  }

  time(at: number | string): string {
    return time(at, this.zone, this.i18n.language);
  }

  day(iso: string): string {
    return day(iso, this.i18n.language);
  }

  dayAt(at: number | string): string {
    return dayAt(at, this.zone, this.i18n.language);
  }

  /** How slips are worded. */
  get voice(): Voice {
    return {
      t: this.i18n.t,
      money: (amount) => this.money(amount),
      time: (at) => this.time(at),
      day: (iso) => this.day(iso),
    };
  }

  /** The outlet's receipt printer; without one slips are printed by the browser, of whose printer nothing is known. */
  get slipPrinter(): Device | null {
    return slipPrinter(this.rows.devices);
  }

  /** Whether a slip would come out now, as far as anybody knows. */
  get canPrint(): boolean {
    return this.slipPrinter === null || works(this.slipPrinter);
  }

  async print(slip: readonly Line[], by: Printed['by'] = 'outlet'): Promise<Printed> {
    const device = by === 'outlet' ? this.slipPrinter : null;
    this.printed = device ? await this.printOn(device, slip) : await this.#browser.print(slip);
    return this.printed;
  }

  printOn(device: Device, slip: readonly Line[]): Promise<Printed> {
    return new EscposPrinter((bytes) => this.edge.printOn(device.id, bytes)).print(slip);
  }

  /** The problem's own title; it comes in the reader's language. */
  words(problem: Trouble): string {
    if (problem.title) return problem.title;
    return problem.unanswered ? this.i18n.t.problem.unanswered : this.i18n.t.problem.unreadable;
  }

  refuse(problem: Trouble) {
    this.notices.show({ tone: 'refused', text: this.words(problem) });
  }

  start(): () => void {
    this.scale.load();
    const stops = [this.route.start(), this.clock.start(), this.live.start()];
    return () => stops.forEach((stop) => stop());
  }

  #notice(trouble: Trouble) {
    if (trouble.code === 'screen_unpaired') this.live.unpaired();
    if (trouble.code === 'staff_needed') this.staff.lost();
  }
}

export const [useKiosk, setKiosk] = createContext<Kiosk>();
