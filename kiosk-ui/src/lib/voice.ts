/** Reads calls aloud with the browser's own voices; where there is none, the chime has to do. */
import type { Language } from '$lib/i18n/messages';

const DIGITS: Record<Language, readonly string[]> = {
  id: ['nol', 'satu', 'dua', 'tiga', 'empat', 'lima', 'enam', 'tujuh', 'delapan', 'sembilan'],
  en: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'],
};

/** The languages this browser has a voice for. */
export function languages(synthesis: Synthesis | undefined = globalThis.speechSynthesis): Language[] {
  const voices = synthesis?.getVoices() ?? [];
  return (['id', 'en'] as const).filter((language) => voices.some((voice) => speaks(voice, language)));
}

function speaks(voice: SpeechSynthesisVoice, language: Language): boolean {
  return voice.lang.toLowerCase().startsWith(language);
}

/** `A-012` as it is read: the letter, and the digits one by one. */
export function spelled(told: string, language: Language): { letter: string; digits: string } {
  const [letter = '', number = ''] = told.split('-');
  return { letter, digits: [...number].map((digit) => DIGITS[language][Number(digit)] ?? '').join(' ') };
}

type Synthesis = Pick<SpeechSynthesis, 'getVoices' | 'speak' | 'cancel'>;
type Utterance = new (text: string) => SpeechSynthesisUtterance;

export class Voice {
  #synthesis: Synthesis | undefined;
  #Utterance: Utterance | undefined;

  constructor(
    synthesis: Synthesis | undefined = globalThis.speechSynthesis,
    utterance: Utterance | undefined = globalThis.SpeechSynthesisUtterance,
  ) {
    this.#synthesis = synthesis;
    this.#Utterance = utterance;
  }

  /** Says each text in its language, one after the other; a newer call cuts an older one short. */
  say(texts: readonly { text: string; language: Language }[]) {
    const voices = this.#synthesis?.getVoices() ?? [];
    this.#synthesis?.cancel();
    for (const { text, language } of texts) {
      // A voice of another language would be worse than none.
      const voice = voices.find((one) => speaks(one, language));
      if (!voice || !this.#Utterance) continue;
      const utterance = new this.#Utterance(text);
      utterance.voice = voice;
      utterance.lang = voice.lang;
      utterance.rate = 0.92;
      this.#synthesis?.speak(utterance);
    }
  }
}
