import Box from '@cloudscape-design/components/box';

import { objectIn } from '../../../graph/history';
import { explain } from '../../emr/explain';

/** Why an execution failed, in words: where its cause is a job run's description, what that says. */
export function WentWrong({ cause }: { cause: string | undefined }) {
  const details = objectIn(cause).StateDetails;
  const explained = explain(typeof details === 'string' ? details : undefined);
  return explained && <Box margin={{ bottom: 'xs' }}><span className="tx-break">{explained.text} {explained.hint}</span></Box>;
}
