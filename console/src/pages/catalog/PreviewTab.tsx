import Alert from '@cloudscape-design/components/alert';

import { failureText } from '../../aws/failure';
import '../athena/athena.css';
import { Outcome } from '../athena/editor/Outcome';
import { useStatement } from '../athena/useStatement';
import { strings } from './strings';

/** The first rows of a table, by a query of its own. */
export function PreviewTab({ sql, database }: { sql: string; database: string }) {
  const { execution, error } = useStatement(sql, database);
  if (error && !execution) return <Alert type="warning" header={strings.queryNeeds}>{failureText(error)}</Alert>;
  return <Outcome execution={execution} waiting />;
}
