import { isCode, Failure } from './failure';
import { request } from './request';
import { type Sent, SseParser } from './sse';

export type StreamState = 'connecting' | 'live' | 'lost' | 'ended';

export interface StreamOptions {
  /** The address below `/_taxiway`, for a cursor: the last `id` seen, or nothing at first. */
  path: (cursor: string | undefined) => string;
  onEvent: (event: Sent) => void;
  onState?: (state: StreamState) => void;
  /** A refusal that trying again cannot mend. */
  onRefused?: (error: unknown) => void;
  after?: string;
}

/** The server sends a heartbeat every 15 s: three missing ones are a dead connection. */
const SILENCE_MS = 45_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/**
 * Follows a stream of server-sent events until `event: end` or until closed. It takes up where it stopped after a lost
 * connection. While the page is hidden the connection is given back, since a browser has only six for a server and
 * its tabs; nothing is missed, for the cursor is kept.
 */
export function follow(options: StreamOptions): () => void {
  let cursor = options.after;
  let closed = false;
  let wait = FIRST_WAIT_MS;
  let attempt: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let state: StreamState | undefined;

  function become(next: StreamState) {
    if (state !== next) options.onState?.((state = next));
  }

  async function connect() {
    const mine = (attempt = new AbortController());
    let silence: ReturnType<typeof setTimeout> | undefined;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => mine.abort(), SILENCE_MS);
    };
    if (state !== 'lost') become('connecting');
    try {
      heard();
      const response = await request(options.path(cursor), {
        headers: { accept: 'text/event-stream', ...(cursor ? { 'last-event-id': cursor } : {}) },
        signal: mine.signal,
      });
      become('live');
      wait = FIRST_WAIT_MS;
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      const parser = new SseParser();
      for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
        if (mine !== attempt || closed) return;
        heard();
        for (const event of parser.push(part.value)) {
          if (event.id !== undefined) cursor = event.id;
          options.onEvent(event);
          if (event.event === 'end') {
            close();
            options.onState?.('ended');
            return;
          }
        }
      }
    } catch (error) {
      if (mine !== attempt || closed) return;
      if (error instanceof Failure && error.status >= 400 && error.status < 500 && !isCode(error, 'ThrottlingException')) {
        close();
        options.onRefused?.(error);
        return;
      }
    } finally {
      clearTimeout(silence);
      mine.abort();
    }
    if (mine !== attempt || closed) return;
    become('lost');
    timer = setTimeout(connect, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT_MS);
  }

  function visibility() {
    clearTimeout(timer);
    if (document.hidden) {
      attempt?.abort();
      attempt = undefined;
    } else if (!attempt) {
      void connect();
    } else if (state === 'lost') {
      void connect();
    }
  }

  function close() {
    closed = true;
    clearTimeout(timer);
    attempt?.abort();
    document.removeEventListener('visibilitychange', visibility);
  }

  document.addEventListener('visibilitychange', visibility);
  if (!document.hidden) void connect();
  return close;
}
