const PLACE = 'gerai.scale';
export const SCALES = [0.8, 0.9, 1, 1.1, 1.2, 1.3] as const;

/** How large everything is drawn on this panel; belongs to the kiosk, not to a customer. */
export class Scale {
  factor = $state(1);

  load() {
    const saved = Number(localStorage.getItem(PLACE));
    this.#apply(SCALES.find((factor) => factor === saved) ?? 1);
  }

  set(factor: number) {
    localStorage.setItem(PLACE, String(factor));
    this.#apply(factor);
  }

  /** Empties this page's storage of all but the kiosk's own setting. */
  wipeOthers() {
    for (const name of Object.keys(localStorage)) if (name !== PLACE) localStorage.removeItem(name);
    sessionStorage.clear();
  }

  #apply(factor: number) {
    this.factor = factor;
    document.documentElement.style.setProperty('--scale', String(factor));
  }
}
