import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Spinner from '@cloudscape-design/components/spinner';
import { useQuery } from '@tanstack/react-query';

import { failureText } from '../../../aws/failure';
import { ResultGrid } from '../../../grid/ResultGrid';
import { strings as words } from '../../../strings';
import { CopyButton } from '../../../ui/CopyButton';
import { formatTime } from '../../../ui/time';
import { type Report, reports, type VisualData } from '../api';
import type { Asked } from '../asked';
import { strings } from '../strings';

interface Props {
  what: 'sql' | 'rows';
  report: Report;
  sheetId: string;
  visualId: string;
  asked: Asked;
  data: VisualData;
  title: string;
  onClose: () => void;
}

/** How many rows a drill down shows. */
const MOST = 1_000;

/** What is behind a visual: its statement, or the rows that it counts. */
export function VisualDetails({ what, report, sheetId, visualId, asked, data, title, onClose }: Props) {
  return (
    <Modal visible size="max" header={`${what === 'sql' ? strings.showSql : strings.showRows}: ${title}`} onDismiss={onClose}>
      {what === 'sql' ? (
        <SpaceBetween size="s">
          <Box color="text-body-secondary">{strings.asOf(formatTime(data.asOf))}</Box>
          <pre className="tx-mono tx-pre" tabIndex={0} role="region" aria-label={strings.showSql}>{data.sql}</pre>
          <CopyButton text={data.sql ?? ''} />
        </SpaceBetween>
      ) : (
        <Rows {...{ report, sheetId, visualId, asked }} />
      )}
    </Modal>
  );
}

function Rows({ report, sheetId, visualId, asked }: Pick<Props, 'report' | 'sheetId' | 'visualId' | 'asked'>) {
  const answer = useQuery({
    queryKey: ['rows', JSON.stringify(report), sheetId, visualId, asked],
    queryFn: ({ signal }) => reports.rows(report, sheetId, visualId, asked, MOST, signal),
    retry: false,
    gcTime: 0,
  });
  if (answer.error) return <Alert type="error">{failureText(answer.error)}</Alert>;
  if (!answer.data) return <span role="status"><Spinner /> {words.loading}</span>;
  const { columns, rows } = answer.data;
  return (
    <div className="tx-visual-grid">
      <ResultGrid label={strings.showRows} columns={columns} total={rows.length} row={(index) => rows[index]} />
    </div>
  );
}
