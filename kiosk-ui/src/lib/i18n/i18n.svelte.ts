import { en } from './en';
import { id } from './id';
import type { Language, Messages } from './messages';

export const FIRST: Language = 'id';

/** The language of a screen. It changes in place, so that whoever switches loses nothing. */
export class I18n {
  language = $state<Language>(FIRST);

  get t(): Messages {
    return this.language === 'id' ? id : en;
  }

  /** Whether it is the language everybody starts with. */
  get atFirst(): boolean {
    return this.language === FIRST;
  }

  switch() {
    this.language = this.language === 'id' ? 'en' : 'id';
  }

  reset() {
    this.language = FIRST;
  }
}
