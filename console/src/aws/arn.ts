/** An ARN's parts; `resource` is all after the fifth colon. */
export interface Arn {
  partition: string;
  service: string;
  region: string;
  account: string;
  resource: string;
}

export function parseArn(text: string): Arn | undefined {
  const [arn, partition, service, region, account, ...rest] = text.split(':');
  if (arn !== 'arn' || !partition || !service || rest.length === 0) return undefined;
  return { partition, service, region: region ?? '', account: account ?? '', resource: rest.join(':') };
}

/** Returns the last part of an ARN, the name that people gave. */
export function arnName(text: string): string {
  return text.slice(Math.max(text.lastIndexOf(':'), text.lastIndexOf('/')) + 1);
}

/** Returns the state machine's ARN of an execution's, a version's, an alias's or a Map run's child's. */
export function machineOf(arn: string): string {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), 'stateMachine', (parts[6] ?? '').split('/')[0]].join(':');
}

/** Returns the ARN that the child executions of a Map run have as their state machine's: `…:stateMachine:NAME/LABEL`. */
export function machineOfMapRun(arn: string): string {
  const parts = arn.split(':');
  return [...parts.slice(0, 5), 'stateMachine', parts[6] ?? ''].join(':');
}
