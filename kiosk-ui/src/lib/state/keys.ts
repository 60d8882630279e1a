import { freshKey } from '../api';

/** Keys of wishes nobody answered for certain: asking for the same again sends the same key. */
export class Keys {
  #open = new Map<string, string>();

  for(wish: unknown): string {
    const name = JSON.stringify(wish);
    const key = this.#open.get(name) ?? freshKey();
    this.#open.set(name, key);
    return key;
  }

  settle(wish: unknown) {
    this.#open.delete(JSON.stringify(wish));
  }

  clear() {
    this.#open.clear();
  }
}
