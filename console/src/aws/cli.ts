/** The AWS CLI's names of services that differ from the protocol tables'. */
const COMMANDS: Record<string, string> = { states: 'stepfunctions', s3: 's3api' };

/** Returns an API name as the CLI writes it: `DescribeDBInstances` is `describe-db-instances` (botocore's `xform_name`). */
export function kebab(name: string): string {
  return name
    .replace(/(.)([A-Z][a-z]+)/g, '$1-$2')
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase();
}

/** Quotes a word for POSIX shells, and only where that is needed. */
export function quote(word: string): string {
  return /^[A-Za-z0-9_./:=@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * Returns a call as a command of the AWS CLI: options while every member is plain text, a number or a switch, else the
 * whole input as JSON.
 */
export function command(call: { service: string; operation: string; input: object }, endpoint: string, region: string): string {
  const words = ['aws', COMMANDS[call.service] ?? call.service, kebab(call.operation)];
  const members = Object.entries(call.input).filter(([, value]) => value !== undefined);
  // the CLI pages by itself and has no option for some tokens
  const plain = members.every(([name, value]) => ['string', 'number', 'boolean'].includes(typeof value) && !/token$|^maxResults$/i.test(name));
  if (plain) {
    for (const [name, value] of members) {
      if (typeof value === 'boolean') words.push(`--${value ? '' : 'no-'}${kebab(name)}`);
      else words.push(`--${kebab(name)}`, quote(String(value)));
    }
  } else {
    words.push('--cli-input-json', quote(JSON.stringify(Object.fromEntries(members))));
  }
  words.push('--endpoint-url', quote(endpoint), '--region', quote(region));
  return words.join(' ');
}
