import '../athena.css';

import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useSearchParams } from 'react-router';

import { useFlash } from '../../../app/flash';
import { paths, withQuery } from '../../../app/paths';
import { failureText } from '../../../aws/failure';
import { useAction, useCall } from '../../../aws/queries';
import { ended, type WorkGroup } from '../api';
import { strings } from '../strings';
import { DataPane } from './DataPane';
import { Outcome } from './Outcome';
import { SaveQuery } from './SaveQuery';
import { changeTab, closeTab, goToTab, openExecution, openTab, type QueryTab, useTabs } from './tabs';
import { useExecution } from './useExecution';

const SqlEditor = lazy(() => import('./SqlEditor'));

export function QueryEditor({ workGroup }: { workGroup: string }) {
  const { tabs, active } = useTabs();
  const tab = tabs.find((one) => one.id === active) ?? tabs[0];
  usePermalink(tab);
  if (!tab) return null;
  const database = tab.database ?? 'default';
  return (
    <div className="tx-athena">
      <DataPane
        database={database}
        onDatabase={(name) => changeTab(tab.id, { database: name })}
        onInsert={(text) => changeTab(tab.id, { sql: tab.sql ? `${tab.sql}${/\s$/.test(tab.sql) ? '' : ' '}${text}` : text })}
        onQuery={(sql) => openTab({ sql, database })}
      />
      <div>
        <Tabs
          ariaLabel={strings.queryTabs}
          activeTabId={tab.id}
          onChange={({ detail }) => goToTab(detail.activeTabId)}
          actions={<Button iconName="add-plus" variant="icon" ariaLabel={strings.newTab} onClick={() => openTab({ database })} />}
          tabs={tabs.map((one) => ({
            id: one.id,
            label: one.name,
            dismissible: true,
            dismissLabel: strings.closeTab(one.name),
            onDismiss: () => closeTab(one.id),
            content: one.id === tab.id ? <OneQuery key={one.id} tab={one} database={database} workGroup={workGroup} /> : null,
          }))}
        />
      </div>
    </div>
  );
}

/** `?query=ID` opens that execution, and the address follows the tab that is looked at. */
function usePermalink(tab: QueryTab | undefined) {
  const [query, setQuery] = useSearchParams();
  const asked = query.get('query') ?? undefined;
  const { tabs } = useTabs();
  const known = tabs.some((one) => one.execution === asked);
  const execution = useExecution(asked && !known ? asked : undefined);
  const taken = useRef<string>(undefined);
  useEffect(() => {
    if (!asked || taken.current === asked) return;
    if (known) openExecution(asked, '');
    else if (execution.data) openExecution(asked, execution.data.Query, execution.data.QueryExecutionContext?.Database);
    else return;
    taken.current = asked;
  }, [asked, known, execution.data]);
  useEffect(() => {
    if (asked && taken.current !== asked) return;
    if ((tab?.execution ?? undefined) === asked) return;
    taken.current = tab?.execution;
    setQuery(
      (old) => {
        const next = new URLSearchParams(old);
        if (tab?.execution) next.set('query', tab.execution);
        else next.delete('query');
        return next;
      },
      { replace: true },
    );
  }, [tab?.execution, asked, setQuery]);
}

function OneQuery({ tab, database, workGroup }: { tab: QueryTab; database: string; workGroup: string }) {
  const execution = useExecution(tab.execution);
  const flash = useFlash();
  const selection = useRef('');
  const [selected, setSelected] = useState(false);
  const [saving, setSaving] = useState(false);
  const group = useCall<{ WorkGroup: WorkGroup }>('athena', 'GetWorkGroup', { WorkGroup: workGroup });
  const noLocation = group.data && !group.data.WorkGroup.Configuration?.ResultConfiguration?.OutputLocation;
  const start = useAction<{ QueryString: string }, { QueryExecutionId: string }>('athena', 'StartQueryExecution', {
    done: ({ QueryExecutionId }) => changeTab(tab.id, { execution: QueryExecutionId }),
    quiet: true,
  });
  const stop = useAction<{ QueryExecutionId: string }>('athena', 'StopQueryExecution');
  const running = tab.execution !== undefined && !ended(execution.data) && !execution.error;
  function run(prefix = '') {
    const sql = (selection.current.trim() || tab.sql).trim().replace(/;\s*$/, '');
    if (!sql || start.isPending) return;
    const input = { QueryString: `${prefix}${sql}`, WorkGroup: workGroup, QueryExecutionContext: { Database: database, Catalog: 'AwsDataCatalog' } };
    start.mutate(input);
  }
  const latestRun = useRef(run);
  latestRun.current = run;
  return (
    <SpaceBetween size="s">
      {noLocation && (
        <Alert type="info" action={<Button href={withQuery(paths.athena(), { tab: 'settings', workgroup: workGroup })}>{strings.setLocation}</Button>}>{strings.noLocation}</Alert>
      )}
      <Suspense fallback={<div className="tx-sql-wait" />}>
        <SqlEditor
          value={tab.sql}
          database={database}
          onChange={(sql) => changeTab(tab.id, { sql })}
          onSelection={(text) => {
            selection.current = text;
            setSelected(text.trim() !== '');
          }}
          onRun={() => latestRun.current()}
        />
      </Suspense>
      <SpaceBetween direction="horizontal" size="xs">
        <Button variant="primary" loading={start.isPending} disabled={!tab.sql.trim()} onClick={() => run()}>
          {selected ? strings.runSelection : tab.execution ? strings.runAgain : strings.run}
        </Button>
        <Button disabled={!tab.sql.trim()} onClick={() => run('EXPLAIN ')}>{strings.explain}</Button>
        <Button disabled={!running} loading={stop.isPending} onClick={() => tab.execution && stop.mutate({ QueryExecutionId: tab.execution })}>{strings.cancel}</Button>
        <Button disabled={!tab.sql.trim()} onClick={() => setSaving(true)}>{strings.saveAs}</Button>
        <Button disabled={!tab.sql} onClick={() => changeTab(tab.id, { sql: '', execution: undefined })}>{strings.clear}</Button>
      </SpaceBetween>
      {start.error ? <Alert type="error">{failureText(start.error)}</Alert> : null}
      {execution.error ? <Alert type="error">{failureText(execution.error)}</Alert> : null}
      {!start.error && <Outcome execution={execution.data} waiting={start.isPending || (running && !execution.data)} />}
      {saving && (
        <SaveQuery
          tab={tab}
          database={database}
          workGroup={workGroup}
          onClose={() => setSaving(false)}
          onSaved={(name) => {
            changeTab(tab.id, { name });
            flash.success(strings.savedQuery(name));
            setSaving(false);
          }}
        />
      )}
    </SpaceBetween>
  );
}
