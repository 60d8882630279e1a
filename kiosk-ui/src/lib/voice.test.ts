import { expect, test } from 'vitest';
import { spelled, Voice } from './voice';

function speaking(...languages: string[]) {
  const said: string[] = [];
  const synthesis = {
    getVoices: () => languages.map((lang) => ({ lang }) as SpeechSynthesisVoice),
    speak: (utterance: SpeechSynthesisUtterance) => said.push(`${utterance.lang}: ${utterance.text}`),
    cancel: () => (said.length = 0),
  };
  const Utterance = class {
    constructor(public text: string) {}
  } as unknown as new (text: string) => SpeechSynthesisUtterance;
  return { voice: new Voice(synthesis, Utterance), said };
}

const both = [
  { text: 'Nomor A', language: 'id' },
  { text: 'Number A', language: 'en' },
] as const;

test('a number is read letter by letter, digit by digit', () => {
  expect(spelled('A-012', 'id')).toEqual({ letter: 'A', digits: 'nol satu dua' });
  expect(spelled('M-907', 'en')).toEqual({ letter: 'M', digits: 'nine zero seven' });
});

test('each language is said by a voice of its own; where there is none, nothing is', () => {
  const two = speaking('en-US', 'id-ID');
  two.voice.say(both);
  expect(two.said).toEqual(['id-ID: Nomor A', 'en-US: Number A']);
  const one = speaking('id_ID', 'de-DE');
  one.voice.say(both);
  expect(one.said).toEqual(['id_ID: Nomor A']);
  expect(() => new Voice(undefined, undefined).say(both)).not.toThrow();
});

test('a newer call cuts an older one short', () => {
  const { voice, said } = speaking('id-ID');
  voice.say([{ text: 'lama', language: 'id' }]);
  voice.say([{ text: 'baru', language: 'id' }]);
  expect(said).toEqual(['id-ID: baru']);
});
