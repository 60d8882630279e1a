/** What puts a slip on paper. */
import { escpos } from './escpos';
import type { Line } from './paper';

export type Printed = 'printed' | 'failed';

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
      return 'printed';
    } catch {
      return 'failed';
    } finally {
      this.#show(null);
    }
  }
}

/** Prints on a receipt printer; `send` carries the bytes to it and fails when it did not take them. */
export class EscposPrinter implements Printer {
  #send: (bytes: Uint8Array) => Promise<void>;

  constructor(send: (bytes: Uint8Array) => Promise<void>) {
    this.#send = send;
  }

  async print(slip: readonly Line[]): Promise<Printed> {
    try {
      await this.#send(escpos(slip));
      return 'printed';
    } catch {
      return 'failed';
    }
  }
}
