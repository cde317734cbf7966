/** The words of the navigation, which every page brings along; those of the pages come with them. */
export const nav = {
  home: { title: 'Taxiway', home: 'Home', lineage: 'Lineage' },
  events: { title: 'EventBridge', rules: 'Rules', buses: 'Event buses', schedules: 'Schedules' },
  s3: { title: 'S3', buckets: 'Buckets' },
  logs: { title: 'CloudWatch Logs', groups: 'Log groups' },
  athena: { title: 'Athena', editor: 'Query editor' },
  catalog: { title: 'Data catalog' },
} as const;
