/** Where each thing of the console is. Permanent: people keep these addresses. */
export const BASE = '/_console';

const at = (...parts: string[]) => [BASE, ...parts.map(encodeURIComponent)].join('/');

/** Appends what is not empty as the query. */
export function withQuery(path: string, query: Record<string, string | undefined>): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) parts.set(name, value);
  const text = parts.toString();
  return text ? `${path}?${text}` : path;
}

export const paths = {
  home: () => `${BASE}/`,
  machines: () => at('states', 'machines'),
  createMachine: () => at('states', 'machines', 'create'),
  machine: (arn: string) => at('states', 'machines', arn),
  /** `execution`: whose input it is then run with */
  editMachine: (arn: string, execution?: string) => withQuery(at('states', 'machines', arn, 'edit'), { execution }),
  executions: () => at('states', 'executions'),
  execution: (arn: string) => at('states', 'executions', arn),
  compare: (left: string, right: string) => withQuery(at('states', 'compare'), { left, right }),
  mapRun: (arn: string) => at('states', 'map-runs', arn),
  activities: () => at('states', 'activities'),
  clusters: () => at('emr', 'clusters'),
  cluster: (id: string) => at('emr', 'clusters', id),
  job: (cluster: string, job: string) => at('emr', 'clusters', cluster, 'jobs', job),
  startJob: (cluster: string) => at('emr', 'clusters', cluster, 'start'),
  rules: () => at('events', 'rules'),
  createRule: () => at('events', 'rules', 'create'),
  rule: (bus: string, name: string) => at('events', 'rules', bus, name),
  editRule: (bus: string, name: string) => at('events', 'rules', bus, name, 'edit'),
  buses: () => at('events', 'buses'),
  schedules: () => at('scheduler', 'schedules'),
  createSchedule: () => at('scheduler', 'schedules', 'create'),
  schedule: (group: string, name: string) => at('scheduler', 'schedules', group, name),
  athena: () => at('athena'),
  query: (id: string) => withQuery(at('athena'), { query: id }),
  catalog: () => at('catalog'),
  database: (name: string) => at('catalog', name),
  table: (database: string, name: string) => at('catalog', database, name),
  buckets: () => at('s3'),
  bucket: (name: string) => at('s3', name),
  object: (bucket: string, key: string) => [BASE, 's3', ...[bucket, ...key.split('/')].map(encodeURIComponent)].join('/'),
  logGroups: () => at('logs'),
  logGroup: (name: string) => at('logs', name),
  logStream: (group: string, stream: string) => at('logs', group, stream),
  lineage: (ref: string) => withQuery(at('lineage'), { ref }),
  reports: () => at('reports'),
  dashboards: () => at('reports', 'dashboards'),
  dashboard: (id: string) => at('reports', 'dashboards', id),
  analyses: () => at('reports', 'analyses'),
  newAnalysis: (dataSet?: string) => withQuery(at('reports', 'analyses', 'new'), { dataset: dataSet }),
  dataSets: () => at('reports', 'datasets'),
  newDataSet: (source?: string) => withQuery(at('reports', 'datasets', 'new'), { source }),
  dataSources: () => at('reports', 'datasources'),
  dataSet: (id: string) => at('reports', 'datasets', id),
  dataSource: (id: string) => at('reports', 'datasources', id),
  analysis: (id: string) => at('reports', 'analyses', id),
};
