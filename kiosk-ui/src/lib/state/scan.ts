/** What a scanner types, and what a scanned code means. */

/** An address of a status page, a bare token, or a ticket's id: what a QR code of ours may say. */
const OURS = [/\/t\/[\w-]{16,}/, /^[\w-]{22}$/, /^[0-9a-f-]{36}$/i];

/** Whether a code may be one of ours; goods on a shelf have codes too. */
export function ofOurs(code: string): boolean {
  return OURS.some((form) => form.test(code.trim()));
}

/** Faster than fingers: a scanner leaves less than this between two characters, in milliseconds. */
const GAP_MS = 80;
const SHORTEST = 6;
const LONGEST = 512;

interface Typed {
  key: string;
  preventDefault: () => void;
}

/** A scanner that acts as a keyboard: many characters at once, then Enter. */
export class Wedge {
  #now: () => number;
  #read: (code: string) => void;
  #typed = '';
  #at = 0;

  constructor(read: (code: string) => void, now: () => number = () => performance.now()) {
    this.#read = read;
    this.#now = now;
  }

  take(event: Typed) {
    const now = this.#now();
    if (now - this.#at > GAP_MS) this.#typed = '';
    this.#at = now;
    if (event.key === 'Enter') {
      const code = this.#typed;
      this.#typed = '';
      if (code.length < SHORTEST) return;
      // Not a press of whatever has the focus.
      event.preventDefault();
      this.#read(code);
    } else if (event.key.length === 1 && this.#typed.length < LONGEST) {
      this.#typed += event.key;
    }
  }
}
