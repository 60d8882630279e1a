/** What puts a slip on paper. */
import type { Answer, Trouble } from '../api';
import { escpos } from './escpos';
import type { Line } from './paper';

/** What became of a slip. */
export interface Printed {
  /** Who was to print it: the outlet's receipt printer, or this screen's browser. */
  by: 'outlet' | 'browser';
  done: boolean;
  /** Why not, as the edge told it. */
  problem?: Trouble;
}

/** A printer prints a slip and says whether it did. */
export interface Printer {
  print(slip: readonly Line[]): Promise<Printed>;
}

/**
 * Prints through the browser, on its default printer: `show` puts the slip into the page, where a style
 * sheet for print leaves nothing but it. A browser started with `--kiosk-printing` asks nobody. Whether
 * there is paper it is not told: only that the browser took it.
 */
export class BrowserPrinter implements Printer {
  #show: (slip: readonly Line[] | null) => void;
  #drawn: () => Promise<void>;
  #print: () => void;

  constructor(
    show: (slip: readonly Line[] | null) => void,
    drawn: () => Promise<void>,
    print = () => window.print(),
  ) {
    this.#show = show;
    this.#drawn = drawn;
    this.#print = print;
  }

  async print(slip: readonly Line[]): Promise<Printed> {
    this.#show(slip);
    try {
      await this.#drawn();
      this.#print();
      return { by: 'browser', done: true };
    } catch {
      return { by: 'browser', done: false };
    } finally {
      this.#show(null);
    }
  }
}

/** Prints on a receipt printer of the outlet; `send` carries the bytes to it, and says what it said. */
export class EscposPrinter implements Printer {
  #send: (bytes: Uint8Array) => Promise<Answer<void>>;

  constructor(send: (bytes: Uint8Array) => Promise<Answer<void>>) {
    this.#send = send;
  }

  async print(slip: readonly Line[]): Promise<Printed> {
    const answer = await this.#send(escpos(slip));
    return answer.ok ? { by: 'outlet', done: true } : { by: 'outlet', done: false, problem: answer.problem };
  }
}
