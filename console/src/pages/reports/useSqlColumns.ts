import { useState } from 'react';

import { call } from '../../aws/call';
import { failureText } from '../../aws/failure';
import type { Column } from '../../grid/columns';
import { ended, type QueryExecution } from '../athena/api';

const WAIT_MS = 150;

/** Asks Athena which columns a statement has: it runs it for no rows. */
export function useSqlColumns() {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  async function describe(sql: string, database: string): Promise<Column[] | undefined> {
    setBusy(true);
    setError(undefined);
    try {
      const statement = `SELECT * FROM (${sql.trim().replace(/;\s*$/, '')}\n) LIMIT 0`;
      const { QueryExecutionId } = await call<{ QueryExecutionId: string }>('athena', 'StartQueryExecution', {
        QueryString: statement, WorkGroup: 'primary', QueryExecutionContext: { Database: database },
      });
      let execution: QueryExecution;
      do {
        await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
        execution = (await call<{ QueryExecution: QueryExecution }>('athena', 'GetQueryExecution', { QueryExecutionId })).QueryExecution;
      } while (!ended(execution));
      if (execution.Status.State !== 'SUCCEEDED') throw new Error(execution.Status.StateChangeReason ?? execution.Status.State);
      const results = await call<{ ResultSet: { ResultSetMetadata: { ColumnInfo: { Name: string; Type: string }[] } } }>('athena', 'GetQueryResults', { QueryExecutionId });
      return results.ResultSet.ResultSetMetadata.ColumnInfo.map((column) => ({ name: column.Name, type: column.Type }));
    } catch (problem) {
      setError(failureText(problem));
      return undefined;
    } finally {
      setBusy(false);
    }
  }
  return { describe, error, busy };
}
