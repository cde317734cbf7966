import { remember } from './asked';
import { requestJson } from './request';

/** Services by the protocol tables' names. */
export type Service =
  | 'states' | 'emr-containers' | 'eks' | 'events' | 'scheduler' | 'athena' | 'glue' | 's3' | 'logs' | 'sts' | 'quicksight';

/**
 * Calls an operation of an AWS API. Inputs and outputs have the API's member names; timestamps are epoch seconds, blobs
 * Base64. Throws `Failure` with the API's error code.
 */
export async function call<Output>(service: Service, operation: string, input: object = {}, signal?: AbortSignal): Promise<Output> {
  remember({ service, operation, input });
  return requestJson<Output>(`/call/${service}/${operation}`, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: { 'content-type': 'application/json' },
    signal,
  });
}

/** Calls an operation until it has no further page, at most `most` items. */
export async function callAll<Item>(
  service: Service,
  operation: string,
  input: object,
  items: string,
  { token = 'nextToken', most = 10_000, signal }: { token?: string; most?: number; signal?: AbortSignal } = {},
): Promise<Item[]> {
  const all: Item[] = [];
  let next: unknown;
  do {
    const page: Record<string, unknown> = await call(service, operation, next ? { ...input, [token]: next } : input, signal);
    all.push(...((page[items] as Item[] | undefined) ?? []));
    next = page[token];
  } while (next && all.length < most);
  return all;
}
