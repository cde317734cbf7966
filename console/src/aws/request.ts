import { settings } from '../app/settings';
import { failureOf, networkFailure } from './failure';

export interface RequestOptions {
  method?: string;
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const refused = new Set<() => void>();

/** Calls back when the server wants a session that this browser does not have (any more). */
export function onSignedOut(listener: () => void) {
  refused.add(listener);
}

/** Sends a request below `/_taxiway` for the chosen region. Throws `Failure`; an abort stays the browser's own error. */
export async function request(path: string, options: RequestOptions = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(`/_taxiway${path}`, {
      ...options,
      headers: { 'x-taxiway-region': settings().region, ...options.headers },
      credentials: 'same-origin',
    });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw networkFailure();
  }
  if (response.ok) return response;
  if (response.status === 401) for (const listener of refused) listener();
  throw await failureOf(response);
}

export async function requestJson<Output>(path: string, options?: RequestOptions): Promise<Output> {
  return (await request(path, options)).json() as Promise<Output>;
}
