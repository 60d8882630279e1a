/** Nothing answered for certain: the line broke, or took too long. A keyed call may be repeated safely. */
export class Unanswered extends Error {
  override name = 'Unanswered';
}

export interface Patience {
  /** How long one attempt may take, in milliseconds. */
  timeout: number;
  /** Pauses before the second, third … attempt, in milliseconds. */
  pauses: readonly number[];
  sleep: (milliseconds: number) => Promise<void>;
  random: () => number;
}

export const PATIENCE: Patience = {
  timeout: 8_000,
  pauses: [150, 400, 1_000, 2_000, 3_000],
  sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  random: Math.random,
};

const SAFE = ['GET', 'HEAD'];
/** Answers that say nothing about the call itself; with its key it may be sent again. */
const TRANSPORT = [429, 502, 503, 504];

/**
 * A `fetch` that gives up on an attempt in time and sends keyed calls again, key and body unchanged,
 * until something answers. The edge answers a repeat with the bytes of its first answer.
 */
export function patientFetch(send: typeof fetch, patience: Patience = PATIENCE) {
  return async (request: Request): Promise<Response> => {
    const repeatable = !SAFE.includes(request.method) && request.headers.has('Idempotency-Key');
    const pauses = repeatable ? patience.pauses : [];
    for (let attempt = 0; ; attempt += 1) {
      const last = attempt >= pauses.length;
      try {
        const response = await within(request, send, patience.timeout);
        if (last || !TRANSPORT.includes(response.status)) return response;
      } catch (error) {
        if (request.signal.aborted) throw error;
        if (last) throw new Unanswered('no answer', { cause: error });
      }
      await patience.sleep((pauses[attempt] ?? 0) * (0.5 + patience.random()));
      if (request.signal.aborted) throw request.signal.reason;
    }
  };
}

async function within(request: Request, send: typeof fetch, timeout: number): Promise<Response> {
  const limit = new AbortController();
  const stop = () => limit.abort(request.signal.reason);
  const timer = setTimeout(() => limit.abort(), timeout);
  request.signal.addEventListener('abort', stop, { once: true });
  try {
    const response = await send(new Request(request.clone(), { signal: limit.signal }));
    // The body is read here, so that a line that breaks half-way counts as no answer.
    const body = response.status === 204 ? null : await response.arrayBuffer();
    return new Response(body, { status: response.status, headers: response.headers });
  } finally {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', stop);
  }
}
