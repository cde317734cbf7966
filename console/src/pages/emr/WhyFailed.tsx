import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';

import { paths } from '../../app/paths';
import { explain } from './explain';
import { placeOf } from './place';
import { words } from './words';

interface Props {
  state: string;
  stateDetails?: string;
  failureReason?: string;
}

/** Why a job run failed: in words where its error is known, and always as the API has it. */
export function WhyFailed({ state, stateDetails, failureReason }: Props) {
  if (state !== 'FAILED') return null;
  const explained = explain(stateDetails);
  const place = explained?.place === undefined ? undefined : placeOf(explained.place);
  return (
    <Alert type="error" header={explained ? <span className="tx-break">{explained.text}</span> : words.failure}>
      {explained && (
        <Box>
          {explained.hint} {place && <Link href={paths.object(place.bucket, place.key)}>{words.openPlace}</Link>}
        </Box>
      )}
      <Box color={explained ? 'text-body-secondary' : undefined}>
        <span className="tx-break">{[failureReason, stateDetails].filter(Boolean).join(': ')}</span>
      </Box>
    </Alert>
  );
}
