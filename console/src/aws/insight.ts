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
  /** a shape that contains itself, or is too large, ends here */
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
  parameters: string[];
}

export interface Found {
  kind: string;
  title: string;
  subtitle: string;
  arn: string;
  href: string;
}

export const insight = {
  shapes: (service: string, operation: string) =>
    requestJson<Shape & { output?: Shape }>(`/shapes/${service}/${operation}`),
  integrations: () => requestJson<Integration[]>('/integrations'),
  search: (q: string, signal?: AbortSignal) => requestJson<Found[]>(`/search?q=${encodeURIComponent(q)}`, { signal }),
  nextRuns: (expression: string, timezone = 'UTC', count = 10) =>
    requestJson<{ times: string[] }>(`/next-runs?${new URLSearchParams({ expression, timezone, count: String(count) })}`),
};
