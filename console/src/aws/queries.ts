import { QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';

import { useFlash } from '../app/flash';
import { useSettings } from '../app/settings';
import { onBus, onGap } from './bus';
import { call, type Service } from './call';
import { Failure } from './failure';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 2_000,
      // a refusal stays one; only a server that did not answer is asked again
      retry: (count, error) => count < 3 && (!(error instanceof Failure) || error.status === 0),
      refetchOnWindowFocus: true,
    },
  },
});

/** Which services' answers an event source makes old. */
const SOURCES: Record<string, Service[]> = {
  'aws.states': ['states'],
  'aws.emr-containers': ['emr-containers'],
  'aws.events': ['events'],
  'aws.scheduler': ['scheduler'],
  'aws.athena': ['athena', 'glue'],
  'aws.glue': ['glue'],
  'aws.s3': ['s3'],
  'aws.logs': ['logs'],
  'aws.quicksight': ['quicksight'],
};

/** Answers are read again at most this often, however many events there are. */
const REFRESH_MS = 1_000;
const dirty = new Set<Service>();
let due: ReturnType<typeof setTimeout> | undefined;

onBus(({ source }) => {
  for (const service of SOURCES[source] ?? []) dirty.add(service);
  if (dirty.size === 0 || due !== undefined) return;
  due = setTimeout(() => {
    due = undefined;
    const services = new Set<unknown>(dirty);
    dirty.clear();
    void queryClient.invalidateQueries({
      predicate: (query) => services.has(query.queryKey[2]) && query.meta?.still !== true,
    });
  }, REFRESH_MS);
});
onGap(() => void queryClient.invalidateQueries());

export interface CallOptions {
  enabled?: boolean;
  /** Events of the service do not make this answer old: the page keeps it true by itself. */
  still?: boolean;
  /** Seconds until the answer is read again, for what has no events. */
  everyMs?: number | false;
}

/** Reads an operation's answer and keeps it true: events of its service have it read again. */
export function useCall<Output>(service: Service, operation: string, input: object = {}, options: CallOptions = {}) {
  const { region } = useSettings();
  return useQuery({
    queryKey: ['call', region, service, operation, input],
    queryFn: ({ signal }) => call<Output>(service, operation, input, signal),
    enabled: options.enabled,
    refetchInterval: options.everyMs,
    // a page that keeps its answer true by events has them after a time in the background too
    refetchOnWindowFocus: !options.still,
    meta: { still: options.still },
  });
}

/** Reads a list page by page: `items` are those so far, `more` reads the next page, if there is one. */
export function usePages<Item>(
  service: Service,
  operation: string,
  input: object,
  items: string,
  options: CallOptions & { token?: string } = {},
) {
  const { region } = useSettings();
  const token = options.token ?? 'nextToken';
  const query = useInfiniteQuery({
    queryKey: ['call', region, service, operation, input, 'pages'],
    queryFn: ({ signal, pageParam }) =>
      call<Record<string, unknown>>(service, operation, pageParam ? { ...input, [token]: pageParam } : input, signal),
    initialPageParam: undefined as unknown,
    getNextPageParam: (page) => page[token] || undefined,
    enabled: options.enabled,
    refetchInterval: options.everyMs,
    // a page that keeps its answer true by events has them after a time in the background too
    refetchOnWindowFocus: !options.still,
    meta: { still: options.still },
  });
  const list = useMemo(
    () => query.data?.pages.flatMap((page) => (page[items] as Item[] | undefined) ?? []) ?? [],
    [query.data, items],
  );
  return {
    items: list,
    loading: query.isPending && options.enabled !== false,
    error: query.error,
    refreshing: query.isFetching,
    refresh: () => void query.refetch(),
    more: query.hasNextPage ? () => (query.isFetchingNextPage ? Promise.resolve() : query.fetchNextPage()) : undefined,
  };
}

/** Has a service's answers read again once the page has been drawn anew: what it just deleted is not asked for then. */
export function refreshSoon(client: QueryClient, service: Service) {
  setTimeout(() => void client.invalidateQueries({ predicate: (query) => query.queryKey[2] === service }), 100);
}

/** Changes something: failures are shown with the server's words, and the service's answers are read again. */
export function useAction<Input extends object, Output = unknown>(
  service: Service,
  operation: string,
  options: { done?: (output: Output, input: Input) => void; said?: (input: Input) => string; quiet?: boolean } = {},
) {
  const client = useQueryClient();
  const flash = useFlash();
  return useMutation({
    mutationFn: (input: Input) => call<Output>(service, operation, input),
    onSuccess: async (output, input) => {
      if (options.said) flash.success(options.said(input));
      options.done?.(output, input);
      refreshSoon(client, service);
    },
    onError: (error) => {
      if (!options.quiet) flash.failure(error, operation);
    },
  });
}
