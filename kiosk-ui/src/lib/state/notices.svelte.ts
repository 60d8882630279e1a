export interface Notice {
  id: number;
  tone: 'done' | 'refused';
  text: string;
  action?: { label: string; run: () => void };
}

const STAYS_MS = 8_000;

/** Short words at the screen's edge: what was done, or why it was not. */
export class Notices {
  all = $state<Notice[]>([]);
  #count = 0;

  show(notice: Omit<Notice, 'id'>) {
    this.#count += 1;
    const id = this.#count;
    // The last of each kind counts: what could be undone before it has been overtaken.
    this.all = [...this.all.filter((other) => other.tone !== notice.tone), { ...notice, id }];
    setTimeout(() => this.drop(id), STAYS_MS);
  }

  drop(id: number) {
    this.all = this.all.filter((notice) => notice.id !== id);
  }

  clear() {
    this.all = [];
  }
}
