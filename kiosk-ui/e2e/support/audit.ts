/** What ux.md asks of every rendered page, and what axe knows of accessibility. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';
import type { Orientation } from './test';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Pixels of the drawing, by who looks and which way up the panel is. */
const LEAST = {
  target: { bright: { landscape: 96, portrait: 96 }, dark: { landscape: 72, portrait: 96 } },
  primary: { landscape: 120, portrait: 144 },
  key: { landscape: [120, 120], portrait: [160, 144] },
  text: { landscape: 24, portrait: 28 },
} as const;

export async function axeFinds(page: Page): Promise<string[]> {
  // Evaluated, not added as a tag: the page's own policy lets no foreign script in.
  await page.evaluate(axe);
  await still(page);
  const { violations } = await page.evaluate(() =>
    (window as any).axe.run(document, { resultTypes: ['violations'] }),
  );
  return violations.flatMap((violation: any) =>
    violation.nodes.map((node: any) => `${violation.id}: ${node.target} ${node.any[0]?.message ?? ''}`),
  );
}

/** Until what moves has come to rest: colours half-way through a fade are nobody's. */
export async function still(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.allSettled([...document.images].map((image) => image.decode()));
    const ends = (animation: Animation) => Number.isFinite(animation.effect?.getComputedTiming().endTime);
    await Promise.allSettled(
      document
        .getAnimations()
        .filter(ends)
        .map((animation) => animation.finished),
    );
  });
}

/** Targets too small or covering each other, text too small or cut, borders nobody sees. */
export function measure(page: Page, orientation: Orientation): Promise<string[]> {
  return page.evaluate(offences, { least: LEAST, orientation });
}

function offences({ least, orientation }: { least: typeof LEAST; orientation: Orientation }): string[] {
  const found: string[] = [];
  const dialogs = [...document.querySelectorAll('dialog[open]')];
  const root = dialogs.at(-1) ?? document.body;
  const mode = document.querySelector('.dark') ? 'dark' : 'bright';
  const scale = Number(getComputedStyle(document.documentElement).getPropertyValue('--scale')) || 1;
  const told = (element: Element) =>
    `<${element.tagName.toLowerCase()}> “${(element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40)}”`;
  const seen = (element: Element) =>
    element.checkVisibility({ visibilityProperty: true }) && !element.closest('.unseen');

  const colour = (text: string) => {
    const parts = (text.match(/[\d.]+/g) ?? []).map(Number);
    // What was mixed is told in parts of one.
    return text.startsWith('color(') ? parts.map((part, at) => (at < 3 ? part * 255 : part)) : parts;
  };
  const luminance = ([r = 0, g = 0, b = 0]: number[]) => {
    const part = (value: number) => {
      const share = value / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    };
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const contrast = (one: number[], other: number[]) => {
    const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
    return (high + 0.05) / (low + 0.05);
  };
  const ground = (element: Element | null): number[] => {
    for (let at = element; at; at = at.parentElement) {
      const back = colour(getComputedStyle(at).backgroundColor);
      if ((back[3] ?? 1) > 0.99) return back;
    }
    return [255, 255, 255];
  };

  type Frame = { left: number; top: number; right: number; bottom: number };
  /** What is seen of it: a scroll box shows only what lies within. */
  const clipped = (frame: Frame, from: Element | null): Frame => {
    let { left, top, right, bottom } = frame;
    for (let at = from; at; at = at.parentElement) {
      if (getComputedStyle(at).overflowY === 'visible') continue;
      const edge = at.getBoundingClientRect();
      [left, right] = [Math.max(left, edge.left), Math.min(right, edge.right)];
      [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
    }
    return { left, top, right, bottom };
  };
  const box = (element: Element) => clipped(element.getBoundingClientRect(), element.parentElement);

  // What customers touch is within reach: between y = 820 and y = 1840 of an upright panel.
  const upright = orientation === 'portrait' && mode === 'bright';
  const reach = upright && document.querySelector('main .touch, main .start') ? [820, 1_840] : null;

  const targets = [...root.querySelectorAll('button, input, a[href], [role=button]')].filter(seen);
  const wanted = least.target[mode][orientation] * scale;
  for (const target of targets) {
    const { width, height } = target.getBoundingClientRect();
    if (Math.min(width, height) < wanted - 0.5)
      found.push(`${told(target)}: ${Math.round(width)}×${Math.round(height)}, at least ${wanted} wanted`);
    const seenAs = box(target);
    // What scrolls on a customer's page is not seen to scroll.
    const whole = target.getBoundingClientRect();
    if (mode === 'bright' && seenAs.bottom - seenAs.top < whole.height - 1.5)
      found.push(`${told(target)}: only ${Math.round(seenAs.bottom - seenAs.top)} px of it are seen`);
    const out = reach && (seenAs.top < reach[0]! - 1 || seenAs.bottom > reach[1]! + 1);
    if (out)
      found.push(`${told(target)}: out of reach, ${Math.round(seenAs.top)} to ${Math.round(seenAs.bottom)}`);
    // A keypad's.
    const [keyWidth, keyHeight] = least.key[orientation].map((size) => size * scale - 0.5);
    if (target.closest('.keypad') && (width < keyWidth! || height < keyHeight!))
      found.push(`${told(target)}: a key of ${Math.round(width)}×${Math.round(height)}`);
    // The one that leads on, where a page has it big.
    if (target.matches('button.primary.big') && height < least.primary[orientation] * scale - 0.5)
      found.push(`${told(target)}: ${Math.round(height)} high, ${least.primary[orientation]} wanted`);
    const style = getComputedStyle(target);
    const behind = ground(target.parentElement);
    const edge = colour(style.borderTopColor);
    const bordered = style.borderTopWidth !== '0px' && (edge[3] ?? 1) > 0.99;
    const strongest = Math.max(
      bordered ? contrast(edge, behind) : 1,
      contrast(ground(target), behind),
      contrast(colour(style.color), behind),
    );
    if (strongest < 3) found.push(`${told(target)}: stands out by ${strongest.toFixed(1)}:1, 3:1 wanted`);
  }
  for (const [at, one] of targets.entries())
    for (const other of targets.slice(at + 1)) {
      if (one.contains(other) || other.contains(one)) continue;
      const [a, b] = [box(one), box(other)];
      const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (wide > 1 && high > 1) found.push(`${told(one)} lies over ${told(other)}`);
    }

  /** Drawn lines of words: what lies over what is judged by them, as boxes have room around. */
  const lines: { element: Element; line: { left: number; top: number; right: number; bottom: number } }[] =
    [];
  const words = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const element = node.parentElement;
    if (!element || !node.textContent?.trim() || !seen(element)) continue;
    const style = getComputedStyle(element);
    if (parseFloat(style.fontSize) < least.text[orientation] * scale - 0.5)
      found.push(`${told(element)}: type of ${style.fontSize}, at least ${least.text[orientation]} wanted`);
    const range = document.createRange();
    range.selectNodeContents(node);
    const drawn = range.getBoundingClientRect();
    for (const { left, top, right, bottom } of range.getClientRects()) {
      // A line is higher than its letters.
      const lead = (bottom - top) * 0.25;
      const line = clipped({ left, top: top + lead, right, bottom: bottom - lead }, element);
      if (line.right > line.left && line.bottom > line.top) lines.push({ element, line });
    }
    const cut = style.textOverflow === 'ellipsis' || element.closest('[data-scrolls]');
    if (!cut && (drawn.right > innerWidth + 1 || drawn.left < -1))
      found.push(`${told(element)}: runs off the panel`);
    const frame = element.closest('button, dialog, li, dd');
    const inner = frame?.getBoundingClientRect();
    // Words that touch their button's edge look cut.
    if (!cut && frame?.tagName === 'BUTTON' && inner && drawn.right > inner.right - 4 * scale)
      found.push(`${told(element)}: touches the edge of its button`);
    if (!cut && inner && (drawn.right > inner.right + 1 || drawn.left < inner.left - 1))
      found.push(`${told(element)}: runs out of its frame`);
    // Lines are higher than their letters: a little beyond the frame nothing is cut.
    const slack = parseFloat(style.fontSize) * 0.2;
    // A dialog scrolls.
    const stands = frame && frame.tagName !== 'DIALOG';
    if (!cut && stands && inner && (drawn.bottom > inner.bottom + slack || drawn.top < inner.top - slack))
      found.push(`${told(element)}: is cut by its frame`);
  }
  for (const [at, one] of lines.entries())
    for (const other of lines.slice(at + 1)) {
      if (one.element === other.element) continue;
      const wide = Math.min(one.line.right, other.line.right) - Math.max(one.line.left, other.line.left);
      const high = Math.min(one.line.bottom, other.line.bottom) - Math.max(one.line.top, other.line.top);
      if (wide > 2 && high > 2) found.push(`${told(one.element)} is written over ${told(other.element)}`);
    }
  const framed = [...root.querySelectorAll('*')].filter((element) => {
    const { borderTopWidth, borderTopColor } = getComputedStyle(element);
    return borderTopWidth !== '0px' && (colour(borderTopColor)[3] ?? 1) > 0.99 && seen(element);
  });
  for (const frame of framed) {
    const around = box(frame);
    for (const { element, line } of lines) {
      if (frame.contains(element) || element.contains(frame)) continue;
      const wide = Math.min(around.right, line.right) - Math.max(around.left, line.left);
      const high = Math.min(around.bottom, line.bottom) - Math.max(around.top, line.top);
      if (wide > 2 && high > 2) found.push(`${told(frame)} stands over ${told(element)}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push('the page scrolls sideways');
  return [...new Set(found)];
}
