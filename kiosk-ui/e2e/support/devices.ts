/** What stands in an outlet beside its screens: a receipt printer and a camera, as they are on the line. */
import net from 'node:net';

const DLE = 0x10;
const EOT = 0x04;
/** Bits every answer of a printer has. */
const FIXED = 0x12;

export type Roll = 'full' | 'low' | 'out';

/** Listens on a port of its own, which it keeps while it is switched off. */
abstract class Plugged {
  #server: net.Server | null = null;
  #lines = new Set<net.Socket>();
  port = 0;

  abstract talk(line: net.Socket): void;

  async on(): Promise<this> {
    const server = net.createServer((line) => {
      this.#lines.add(line);
      line.on('close', () => this.#lines.delete(line)).on('error', () => line.destroy());
      this.talk(line);
    });
    await new Promise<void>((up, broken) =>
      server.once('error', broken).listen(this.port, '127.0.0.1', () => up()),
    );
    this.port = (server.address() as net.AddressInfo).port;
    this.#server = server;
    return this;
  }

  /** Pulls its plug. */
  async off(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    this.#lines.forEach((line) => line.destroy());
    if (server) await new Promise((gone) => server.close(gone));
  }
}

/** Speaks ESC/POS: tells its state when asked, and takes what it can print. */
export class ReceiptPrinter extends Plugged {
  roll: Roll = 'full';
  coverOpen = false;
  /** What came out, as far as it is text. */
  paper = '';

  get #stops(): boolean {
    return this.roll === 'out' || this.coverOpen;
  }

  /** Its answer to `DLE EOT n`. */
  #status(n: number): number {
    if (n === 1) return FIXED | (this.#stops ? 0x08 : 0);
    if (n === 2) return FIXED | (this.coverOpen ? 0x04 : 0) | (this.roll === 'out' ? 0x20 : 0);
    if (n === 4) return FIXED | (this.roll === 'full' ? 0 : 0x0c) | (this.roll === 'out' ? 0x60 : 0);
    return FIXED;
  }

  talk(line: net.Socket) {
    let question: number[] = [];
    line.on('data', (bytes) => {
      for (const byte of bytes) {
        if (question.length === 2) {
          line.write(Uint8Array.of(this.#status(byte)));
          question = [];
        } else if (byte === (question.length === 0 ? DLE : EOT)) question.push(byte);
        else {
          question = [];
          if (!this.#stops) this.paper += String.fromCharCode(byte);
        }
      }
    });
  }
}

/** There as long as its port answers. */
export class Camera extends Plugged {
  talk(line: net.Socket) {
    line.resume();
  }
}
