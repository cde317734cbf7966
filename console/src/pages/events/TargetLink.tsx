import Link from '@cloudscape-design/components/link';

import { paths } from '../../app/paths';
import { kindOf } from './target-form';

/** A target, as a link where the console has a page for it. */
export function TargetLink({ arn }: { arn: string }) {
  const kind = kindOf(arn);
  const group = /:log-group:([^:]+)/.exec(arn)?.[1];
  if (kind === 'machine') return <Link href={paths.machine(arn)}>{arn}</Link>;
  return kind === 'log' && group ? <Link href={paths.logGroup(group)}>{arn}</Link> : arn;
}
