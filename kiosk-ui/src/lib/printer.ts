/** What comes out of the outlet's printer for a customer. */

/** A ticket on paper, in words that are ready to print. */
export interface Slip {
  outlet: string;
  title: string;
  number: string;
  lines: { text: string; amount?: string }[];
  total?: { text: string; amount: string };
  /** What the code on it opens. */
  code?: { address: string; text: string };
  notes: string[];
}

export type Printed = 'printed' | 'failed';

/** A printer prints a slip and says whether it did. */
export interface Printer {
  print(slip: Slip): Promise<Printed>;
}

/**
 * Prints through the browser, on its default printer: `show` puts the slip into the page, where a style
 * sheet for print leaves nothing but it. A browser started with `--kiosk-printing` asks nobody.
 */
export class BrowserPrinter implements Printer {
  #show: (slip: Slip | null) => void;
  #drawn: () => Promise<void>;
  #print: () => void;

  constructor(show: (slip: Slip | null) => void, drawn: () => Promise<void>, print = () => window.print()) {
    this.#show = show;
    this.#drawn = drawn;
    this.#print = print;
  }

  async print(slip: Slip): Promise<Printed> {
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
