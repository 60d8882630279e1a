import type { Change, Devices, Link } from './types';

export interface Heard {
  open: () => void;
  lost: () => void;
  change: (change: Change) => void;
  link: (link: Link) => void;
  sync: (sync: { backlog: number; acked_seq: number }) => void;
  devices: (devices: Devices) => void;
  feed: (feed: { topic: string; position: number }) => void;
  reload: () => void;
}

const AGAIN_MS = 1_000;

/** Listens to the outlet's events until told to stop; comes back by itself after every loss. */
export function listen(url: string, heard: Heard, Source: typeof EventSource = EventSource): () => void {
  let source: EventSource;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const start = () => {
    source = new Source(url);
    source.onopen = heard.open;
    source.onerror = () => {
      heard.lost();
      // The browser tries again by itself unless the answer was an error; then it is up to us.
      if (source.readyState === Source.CLOSED) timer = setTimeout(start, AGAIN_MS * (0.5 + Math.random()));
    };
    const on = <T>(name: string, tell: (body: T) => void) =>
      source.addEventListener(name, (event) => {
        const body = parse<T>((event as MessageEvent<string>).data);
        // What cannot be read may be anything: start from the rows again.
        if (body === undefined) heard.reload();
        else tell(body);
      });
    on('change', heard.change);
    on('link', heard.link);
    on('sync', heard.sync);
    on('devices', heard.devices);
    on('feed', heard.feed);
    source.addEventListener('reload', heard.reload);
  };

  start();
  return () => {
    clearTimeout(timer);
    source.close();
  };
}

function parse<T>(text: string): T | undefined {
  try {
    return JSON.parse(text) as T;
  } catch {
    return undefined;
  }
}
