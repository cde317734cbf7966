import Box from '@cloudscape-design/components/box';
import Link from '@cloudscape-design/components/link';
import StatusIndicator from '@cloudscape-design/components/status-indicator';

import { failureText } from '../../../aws/failure';
import { strings } from '../strings';
import type { Located, useValidation } from './useValidation';

interface Props {
  validation: ReturnType<typeof useValidation>;
  /** there are no states yet */
  empty: boolean;
  onGo: (found: Located) => void;
}

/** What the server says of the definition, each finding leading to its line. */
export function Problems({ validation, empty, onGo }: Props) {
  const { found, busy, error } = validation;
  return (
    <div className="tx-problems" role="status" aria-label={strings.author.problems}>
      {empty ? (
        <StatusIndicator type="info">{strings.author.noStates}</StatusIndicator>
      ) : error ? (
        <StatusIndicator type="warning">{`${strings.author.notChecked}: ${failureText(error)}`}</StatusIndicator>
      ) : found.length === 0 ? (
        <StatusIndicator type={busy ? 'loading' : 'success'}>{busy ? strings.author.checking : strings.author.noProblems}</StatusIndicator>
      ) : (
        <ul>
          {found.map((one, index) => (
            <li key={index}>
              <StatusIndicator type={one.severity === 'ERROR' ? 'error' : 'warning'}>{one.code}</StatusIndicator>{' '}
              {one.message}{' '}
              <Box variant="span" color="text-body-secondary">
                <Link href="#" onFollow={(event) => (event.preventDefault(), onGo(one))}>
                  {one.location ? `${one.location}, line ${one.line}` : `line ${one.line}`}
                </Link>
              </Box>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
