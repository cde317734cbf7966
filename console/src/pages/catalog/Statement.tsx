import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { ReactNode } from 'react';

import { failureText } from '../../aws/failure';
import { Status } from '../../ui/Status';
import { formatBytes, formatDuration } from '../../ui/time';
import type { Asked } from '../athena/useStatement';
import { profileStrings } from './profile-strings';
import { strings } from './strings';

interface Props {
  title: string;
  sql: string;
  asked: Asked;
  /** what it gave, as soon as there is something */
  children: ReactNode;
}

/** A part of a page that a query of its own fills: what it gave, how it stands, what it read, and its words. */
export function Statement({ title, sql, asked: { execution, error, running, cancel }, children }: Props) {
  const { Statistics: statistics, Status: status } = execution ?? {};
  return (
    <section aria-label={title} aria-busy={running}>
      <SpaceBetween size="s">
        {error ? <Alert type="warning" header={execution ? undefined : strings.queryNeeds}>{failureText(error)}</Alert> : null}
        {status?.State === 'FAILED' && status.StateChangeReason && <Alert type="error">{status.StateChangeReason}</Alert>}
        {children}
        {!error && (
          <SpaceBetween direction="horizontal" size="s" alignItems="center">
            <span role="status">
              <Status of={status?.State ?? 'QUEUED'} />
            </span>
            <Box color="text-body-secondary">
              {profileStrings.took(formatDuration(statistics?.TotalExecutionTimeInMillis), formatBytes(statistics?.DataScannedInBytes))}
            </Box>
            {running && (
              <Button disabled={!cancel} onClick={cancel} ariaLabel={profileStrings.cancelOf(title)}>
                {profileStrings.cancel}
              </Button>
            )}
          </SpaceBetween>
        )}
        <ExpandableSection headerText={profileStrings.sqlOf(title)} variant="footer">
          <pre className="tx-mono tx-pre">{sql}</pre>
        </ExpandableSection>
      </SpaceBetween>
    </section>
  );
}
