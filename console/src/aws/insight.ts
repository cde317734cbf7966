import { requestJson } from './request';

/** All that `/_taxiway` answers besides Calls and streams, in one place. See docs/insight-api.md. */

export interface Shape {
  type: 'structure' | 'list' | 'map' | 'string' | 'integer' | 'long' | 'double' | 'float' | 'boolean' | 'timestamp' | 'blob';
  required?: boolean;
  members?: Record<string, Shape>;
  /** of a list */
  member?: Shape;
  /** of a map */
  key?: Shape;
  value?: Shape;
  enum?: string[];
  pattern?: string;
  min?: number;
  max?: number;
  /** the shape's name in the API's model */
  shape?: string;
  /** a shape that contains itself ends here */
  recursive?: boolean;
  /** there would be too much below: ask for it by its name */
  more?: boolean;
  union?: boolean;
  /** only tells repeated requests from new ones */
  token?: boolean;
}

export interface Integration {
  service: string;
  title: string;
  action: string;
  resource: string;
  patterns: string[];
  call: { service: string; operation: string };
  optimized?: boolean;
  parameters: unknown[];
}

export interface Found {
  kind: string;
  title: string;
  subtitle: string;
  arn: string;
  href: string;
}

/** What became of an event, or of an occurrence of a schedule, at one target. */
export interface Firing {
  /** counted for backfills by itself */
  number: number;
  at_ms: number;
  event_id: string;
  source: string;
  detail_type: string;
  due_ms?: number | null;
  /** the backfill that ran the occurrence */
  backfill?: string;
  target?: { id: string; arn: string } | null;
  outcome:
    | { status: 'waiting' }
    | { status: 'delivered'; attempts: number; result: string }
    | { status: 'retrying'; attempts: number; error: string; next_ms: number }
    | { status: 'failed'; attempts: number; error: string }
    | { status: 'skipped'; reason: string };
}

/** What is due at times. */
export type Scheduled = { rule: string; bus: string } | { schedule: string; group: string };

export interface Preview {
  format: 'csv' | 'json' | 'parquet' | 'text' | 'binary';
  columns?: { name: string; type: string }[];
  rows?: (string | null)[][];
  text?: string;
  truncated: boolean;
}

export interface HomeItem {
  kind: string;
  title: string;
  subtitle?: string;
  arn?: string;
  href: string;
  time?: string | number;
  status?: string;
}

export interface Home {
  running: HomeItem[];
  failed: HomeItem[];
  due: HomeItem[];
}

export interface Lineage {
  nodes: { id: string; kind: string; title: string; href: string; time?: string | number; status?: string }[];
  edges: { from: string; to: string; what: string }[];
}

/** What a state came to in the last executions of its machine. Durations are milliseconds, costs US dollars. */
export interface StateStats {
  name: string;
  type: string;
  runs: number;
  failed: number;
  caught: number;
  canceled: number;
  retries: number;
  /** none where no run has come to an end by itself */
  p50: number | null;
  p95: number | null;
  longest: number | null;
  /** of a Standard machine */
  transitions: number | null;
  cost: number | null;
}

export interface Stats {
  type: 'STANDARD' | 'EXPRESS';
  executions: number;
  truncated: boolean;
  from: string | null;
  to: string | null;
  transitions: number | null;
  billedMs: number | null;
  cost: number;
  currency: string;
  region: string;
  price: { perTransition?: number; perRequest?: number; perGbSecond?: number; memoryMb?: number };
  states: StateStats[];
}

const query = (members: Record<string, string | undefined>) =>
  new URLSearchParams(Object.entries(members).filter((entry): entry is [string, string] => entry[1] !== undefined)).toString();

export const insight = {
  shapes: (service: string, operation: string) =>
    requestJson<Shape & { output?: Shape }>(`/shapes/${service}/${operation}`),
  integrations: () => requestJson<Integration[]>('/integrations'),
  search: (q: string, signal?: AbortSignal) => requestJson<Found[]>(`/search?q=${encodeURIComponent(q)}`, { signal }),
  nextRuns: (expression: string, timezone = 'UTC', count = 10) =>
    requestJson<{ times: string[] }>(`/next-runs?${new URLSearchParams({ expression, timezone, count: String(count) })}`),
  firings: (of: Scheduled) => requestJson<{ firings: Firing[] }>(`/firings?${query({ ...of, limit: '1050' })}`),
  /** Opens a job run in the Spark History Server, which is started when it is first wanted. */
  sparkUi: (virtualClusterId: string, id: string) =>
    requestJson<{ url: string }>(`/spark-ui/${encodeURIComponent(virtualClusterId)}/${encodeURIComponent(id)}`, { method: 'POST' }),
  jobLogPath: (virtualClusterId: string, id: string, file: 'stdout' | 'stderr') => `/stream/joblog?${query({ virtualClusterId, id, file })}`,
  logsPath: (group: string, of: { stream?: string; filter?: string; since?: string; tail?: string; after?: string }) =>
    `/stream/logs?${query({ group, ...of })}`,
  preview: (bucket: string, key: string, limit = 100) =>
    requestJson<Preview>(`/preview?${query({ bucket, key, limit: String(limit) })}`),
  /** Where an object is read and written, from the page's own origin. */
  objectUrl: (bucket: string, key: string) =>
    `/_taxiway/objects/${[bucket, ...key.split('/')].map(encodeURIComponent).join('/')}`,
  home: () => requestJson<Home>('/home'),
  /** What is around one thing: an ARN, an `s3://` location, the id of a job run or a query. */
  lineage: (ref: string) => requestJson<Lineage>(`/lineage?${query({ ref })}`),
  stateStats: (stateMachineArn: string, last: number) => requestJson<Stats>(`/state-stats?${query({ stateMachineArn, last: String(last) })}`),
};
