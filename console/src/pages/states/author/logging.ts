/** What a form says of a machine's log: a level, and a log group by its name or ARN. */
export interface Logging {
  level: string;
  group: string;
  /** input and output too */
  data: boolean;
}

interface Configuration {
  level?: string;
  includeExecutionData?: boolean;
  destinations?: { cloudWatchLogsLogGroup?: { logGroupArn?: string } }[];
}

/** Returns what a form shows of a machine's configuration. */
export function loggingOf(configuration: Configuration | undefined): Logging {
  const arn = configuration?.destinations?.[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  const level = configuration?.level ?? 'OFF';
  return { level, group: arn?.split(':log-group:')[1]?.replace(/:\*$/, '') ?? '', data: level === 'OFF' || configuration?.includeExecutionData === true };
}

/** Returns the configuration of an API call; a log group without a name is named after the machine. */
export function configurationOf({ level, group, data }: Logging, name: string, account: string, region: string) {
  if (level === 'OFF') return { level };
  const logGroupArn = group.startsWith('arn:') ? group : `arn:aws:logs:${region}:${account}:log-group:${group || `/aws/vendedlogs/states/${name}-Logs`}:*`;
  return { level, includeExecutionData: data, destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] };
}
