import { SvelteMap } from 'svelte/reactivity';

interface Row {
  id: string;
  revision: number;
}

/** Rows of one kind: what the edge said, and in front of it what a tap will most likely make of it. */
export class Table<T extends Row> {
  #rows = new SvelteMap<string, T>();
  #guesses = new SvelteMap<string, T>();
  #newer: Set<string> | null = null;
  #same: (known: T | undefined, row: T) => boolean;

  /** `same` says whether a fetched row adds nothing to the one that is here. */
  constructor(same: (known: T | undefined, row: T) => boolean = () => false) {
    this.#same = same;
  }

  get(id: string | null | undefined): T | undefined {
    return id ? (this.#guesses.get(id) ?? this.#rows.get(id)) : undefined;
  }

  get all(): T[] {
    return Array.from(this.#rows.values(), (row) => this.#guesses.get(row.id) ?? row);
  }

  /** Takes the edge's row, unless a later one is here already. */
  take(row: T) {
    const known = this.#rows.get(row.id);
    if (known && known.revision > row.revision) return;
    this.#rows.set(row.id, row);
    this.#newer?.add(row.id);
    const guess = this.#guesses.get(row.id);
    if (guess && guess.revision <= row.revision) this.#guesses.delete(row.id);
  }

  /** Shows a row before the edge has answered; gives back how to take the guess away again. */
  guess(row: T): () => void {
    this.#guesses.set(row.id, row);
    return () => {
      if (this.#guesses.get(row.id)?.revision === row.revision) this.#guesses.delete(row.id);
    };
  }

  /** From here until `replace`, rows that come in are newer than the list being fetched. */
  expect() {
    this.#newer = new Set();
  }

  /** Puts a fetched list in the place of all rows. */
  replace(rows: readonly T[]) {
    const newer = this.#newer;
    this.#newer = null;
    const keep = Array.from(newer ?? [], (id) => this.#rows.get(id)).filter((row) => row !== undefined);
    const listed = new Set(rows.map((row) => row.id));
    for (const id of [...this.#rows.keys()]) if (!listed.has(id)) this.#rows.delete(id);
    // A list that is fetched again is mostly what is here already: what is the same stays untouched.
    for (const row of rows) if (!this.#same(this.#rows.get(row.id), row)) this.#rows.set(row.id, row);
    for (const row of keep)
      if ((this.#rows.get(row.id)?.revision ?? 0) <= row.revision) this.#rows.set(row.id, row);
    for (const id of this.#guesses.keys()) if (!this.#rows.has(id)) this.#guesses.delete(id);
  }
}
