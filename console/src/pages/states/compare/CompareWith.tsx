import Alert from '@cloudscape-design/components/alert';
import Modal from '@cloudscape-design/components/modal';
import Spinner from '@cloudscape-design/components/spinner';

import { go } from '../../../app/go';
import { paths } from '../../../app/paths';
import { failureText } from '../../../aws/failure';
import { strings as shell } from '../../../strings';
import { Grid } from '../../../ui/Grid';
import { Status } from '../../../ui/Status';
import { Duration, Time } from '../../../ui/Time';
import type { ExecutionItem } from '../api';
import { useExecutions } from '../live';
import { strings } from '../strings';
import { words } from './words';

interface Props {
  arn: string;
  /** whose executions to choose from */
  of: { stateMachineArn?: string; mapRunArn?: string };
  onClose: () => void;
}

/** Asks which execution of the same machine to compare with: the one that was before stands on the left. */
export function CompareWith({ arn, of, onClose }: Props) {
  const { items, loading, error } = useExecutions(of, '');
  const mine = items.find((one) => one.executionArn === arn);
  function choose(other: ExecutionItem) {
    onClose();
    const later = other.startDate > (mine?.startDate ?? Infinity);
    go(later ? paths.compare(arn, other.executionArn) : paths.compare(other.executionArn, arn));
  }
  return (
    <Modal visible size="large" header={words.with} onDismiss={onClose}>
      {error ? <Alert type="error">{failureText(error)}</Alert> : null}
      {loading ? (
        <span role="status"><Spinner /> {shell.loading}</span>
      ) : (
        <Grid<ExecutionItem>
          title={strings.executions}
          what={words.withWhat}
          level="h3"
          rows={items.filter((one) => one.executionArn !== arn)}
          id={(one) => one.executionArn}
          text={(one) => `${one.name} ${one.status}`}
          onSelect={choose}
          columns={[
            { id: 'name', header: strings.name, width: 'minmax(160px, 2fr)', cell: (one) => one.name, sort: (one) => one.name },
            { id: 'status', header: strings.status, cell: (one) => <Status of={one.status} />, sort: (one) => one.status },
            { id: 'started', header: strings.started, width: 'minmax(170px, 1.4fr)', cell: (one) => <Time at={one.startDate} millis />, sort: (one) => one.startDate },
            { id: 'duration', header: strings.duration, width: '90px', cell: (one) => <Duration from={one.startDate} to={one.stopDate} /> },
          ]}
        />
      )}
    </Modal>
  );
}
