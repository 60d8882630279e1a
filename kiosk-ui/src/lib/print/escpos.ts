/**
 * A slip in ESC/POS (Epson's command set, font A: 48 columns on 80 mm paper). Made of bytes only, so
 * that whatever carries them (USB, serial, a socket at the edge) needs no more than to send them.
 */
import type { Line } from './paper';

const COLUMNS = 48;
const ESC = 0x1b;
const GS = 0x1d;

const INIT = [ESC, 0x40];
const align = (where: 'left' | 'centre') => [ESC, 0x61, where === 'left' ? 0 : 1];
const bold = (on: boolean) => [ESC, 0x45, on ? 1 : 0];
/** Times the normal size, both ways. */
const size = (times: number) => [GS, 0x21, ((times - 1) << 4) | (times - 1)];
/** Feeds past the knife, leaves a hinge. */
const CUT = [GS, 0x56, 66, 0];

/** Printers know one byte a sign; what ours write beyond ASCII has its plain likeness. */
const PLAIN: Record<string, string> = {
  '×': 'x',
  '·': '-',
  '–': '-',
  '…': '...',
  '“': '"',
  '”': '"',
  '\u00a0': ' ',
};

export function plain(text: string): string {
  return text
    .replace(/[×·–…“”\u00a0]/g, (sign) => PLAIN[sign] ?? '')
    .normalize('NFD')
    .replace(/[^\x20-\x7e]/g, '');
}

/** A QR code, drawn by the printer: model 2, eight dots a module, correction M. */
function qr(opens: string): number[] {
  const bytes = Array.from(new TextEncoder().encode(opens));
  const say = (fn: number, ...rest: number[]) => {
    const length = rest.length + 2;
    return [GS, 0x28, 0x6b, length & 0xff, length >> 8, 0x31, fn, ...rest];
  };
  return [
    ...say(0x41, 0x32, 0),
    ...say(0x43, 8),
    ...say(0x45, 0x31),
    ...say(0x50, 0x30, ...bytes),
    ...say(0x51, 0x30),
  ];
}

function text(words: string): number[] {
  return [...Array.from(plain(words), (sign) => sign.charCodeAt(0)), 0x0a];
}

/** What does not fit beside each other stands on two lines. */
function pair(left: string, right: string): string {
  const [start, end] = [plain(left), plain(right)];
  if (start.length + end.length >= COLUMNS) return `${start}\n${end.padStart(COLUMNS)}`;
  return start + ' '.repeat(Math.max(1, COLUMNS - start.length - end.length)) + end;
}

function one(line: Line): number[] {
  switch (line.is) {
    case 'title':
      return [...align('centre'), ...bold(true), ...text(line.text), ...bold(false)];
    case 'centre':
      return [...align('centre'), ...text(line.text)];
    case 'number':
      return [...align('centre'), ...size(6), ...text(line.text), ...size(1)];
    case 'text':
      return [...align('left'), ...text(line.text)];
    case 'pair':
      return [
        ...align('left'),
        ...bold(line.strong === true),
        ...pair(line.left, line.right).split('\n').flatMap(text),
        ...bold(false),
      ];
    case 'code':
      return [...align('centre'), ...qr(line.opens), ...text(line.text)];
    case 'rule':
      return [...align('left'), ...text('-'.repeat(COLUMNS))];
  }
}

export function escpos(lines: readonly Line[]): Uint8Array {
  return Uint8Array.from([...INIT, ...lines.flatMap(one), ...CUT]);
}
