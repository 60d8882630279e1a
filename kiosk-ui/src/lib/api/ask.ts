/** How an answer is read: what was asked for, or why not. */
import type { Problem } from './types';
import { Unanswered, type Patience } from './retry';

/** A refusal says what the edge said; an unanswered call may have happened and may be repeated with its key. */
export type Trouble = Problem & {
  unanswered?: boolean;
  retryAfter?: number;
  /** With `pin_wrong`: before the name is locked. */
  attempts_left?: number;
};
export type Answer<T> = { ok: true; data: T } | { ok: false; problem: Trouble };

export interface ClientOptions {
  origin: string;
  language: () => string;
  fetch?: typeof fetch;
  patience?: Patience;
  /** Hears of every trouble, so that a lost pairing or sign-in shows wherever it is noticed. */
  onTrouble?: (trouble: Trouble) => void;
}

interface Raw {
  data?: unknown;
  error?: unknown;
  response: Response;
}

/** A full disk refuses work before it is accepted: that is an answer. */
const FULL = 507;

/** Reads answers, and lets `onTrouble` hear of everything that went wrong. */
export function asking(onTrouble: ClientOptions['onTrouble']) {
  return async <Body, T>(
    call: Promise<{ data?: Body; error?: unknown; response: Response }>,
    read: (body: Body) => T,
  ): Promise<Answer<T>> => {
    let problem: Trouble;
    try {
      const reply: Raw = await call;
      if (reply.response.ok) return { ok: true, data: read(reply.data as Body) };
      problem = troubleOf(reply.error, reply.response);
    } catch (error) {
      problem = { ...bare(0, 'unanswered'), unanswered: true };
      if (!(error instanceof Unanswered)) problem.detail = String(error);
    }
    onTrouble?.(problem);
    return { ok: false, problem };
  };
}

function bare(status: number, code: string): Trouble {
  return { type: 'about:blank', status, code, title: '' };
}

function troubleOf(body: unknown, response: Response): Trouble {
  const known = typeof body === 'object' && body !== null && 'code' in body;
  const problem: Trouble = known ? { ...(body as Problem) } : bare(response.status, 'unreadable');
  const wait = Number(response.headers.get('Retry-After'));
  if (Number.isFinite(wait) && wait > 0) problem.retryAfter = wait;
  // Whoever broke half-way may have done it all the same.
  if (response.status !== FULL && (response.status >= 500 || response.status === 429))
    problem.unanswered = true;
  return problem;
}
