import '../reports.css';

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Spinner from '@cloudscape-design/components/spinner';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';

import { useFlash } from '../../../app/flash';
import { useSettings } from '../../../app/settings';
import { failureText } from '../../../aws/failure';
import { Chart } from '../../../chart/Chart';
import { ResultGrid } from '../../../grid/ResultGrid';
import { strings as words } from '../../../strings';
import { formatTime } from '../../../ui/time';
import { type Filter, type Report, reports, saveAs, type VisualData } from '../api';
import type { Asked } from '../asked';
import { strings } from '../strings';
import { bodyOf, titleOf, type Visual } from './definition';
import { levelsOf } from './fields';
import { VisualDetails } from './VisualDetails';

interface Props {
  report: Report;
  /** what the answer depends on besides the report's name: the definition's text, the version */
  revision: string;
  sheetId: string;
  visual: Visual;
  asked: Asked;
  /** gets the filters of a mark that was chosen */
  onFilter?: (filters: Filter[]) => void;
  chosen?: boolean;
  /** further entries of the head */
  head?: ReactNode;
}

/** One visual with its data: drawn by what the server made of its definition, with the SQL and the age of its numbers. */
export function VisualCard({ report, revision, sheetId, visual, asked: ofSheet, onFilter, chosen, head }: Props) {
  const id = bodyOf(visual).VisualId;
  const { region } = useSettings();
  const flash = useFlash();
  const [details, setDetails] = useState<'sql' | 'rows'>();
  const [asTable, setAsTable] = useState(false);
  const [level, setLevel] = useState(0);
  const levels = levelsOf(visual);
  const asked = level ? { ...ofSheet, level } : ofSheet;
  const answer = useQuery({
    queryKey: ['visual', region, 'quicksight', revision, sheetId, id, asked],
    queryFn: ({ signal }) => reports.visual(report, sheetId, id, asked, signal),
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 60_000,
    meta: { still: true },
  });
  const data = answer.data;
  const title = data?.title || titleOf(visual) || (data && titleFrom(data)) || id;
  async function save(format: 'csv' | 'png') {
    try {
      saveAs(await reports.export(report, format, asked, sheetId, id), `${title}.${format}`);
    } catch (error) {
      flash.failure(error, strings.exportMenu);
    }
  }
  return (
    <section className="tx-visual" aria-label={title} data-chosen={chosen || undefined} aria-busy={answer.isFetching}>
      <div className="tx-visual-head">
        <div>
          <h2>{title}</h2>
          {data?.subtitle && <Box color="text-body-secondary">{data.subtitle}</Box>}
        </div>
        <div className="tx-visual-head">
          {head}
          <ButtonDropdown
            variant="icon"
            expandToViewport
            ariaLabel={strings.visualMenu(title)}
            items={[
              { id: 'sql', text: strings.showSql, disabled: !data },
              { id: 'rows', text: strings.showRows, disabled: !data },
              { id: 'toggle', text: asTable ? strings.showChart : strings.showData, disabled: data?.kind !== 'chart' },
              ...(levels.length > 1
                ? [
                    { id: 'down', text: strings.drillDown(levels[level + 1]), disabled: level + 1 >= levels.length },
                    { id: 'up', text: strings.drillUp(levels[level - 1]), disabled: level === 0 },
                  ]
                : []),
              { id: 'csv', text: strings.exportCsv, disabled: !data },
              { id: 'png', text: strings.exportPng, disabled: !data },
            ]}
            onItemClick={({ detail }) => {
              if (detail.id === 'toggle') setAsTable(!asTable);
              else if (detail.id === 'down') setLevel(level + 1);
              else if (detail.id === 'up') setLevel(level - 1);
              else if (detail.id === 'csv' || detail.id === 'png') void save(detail.id);
              else setDetails(detail.id as 'sql' | 'rows');
            }}
          />
        </div>
      </div>
      {answer.error ? <Alert type="error">{failureText(answer.error)}</Alert> : !data ? <span role="status"><Spinner /> {words.loading}</span> : (
        <Body data={data} title={title} asTable={asTable} onSelect={onFilter && ((datum) => choose(visual, data, datum, onFilter))} />
      )}
      {data && (
        <div className="tx-visual-foot">
          <span>{data.source === 'SPICE' ? strings.sourceSpice : strings.sourceDirect}</span>
          <span>{strings.asOf(formatTime(data.asOf))}</span>
        </div>
      )}
      {details && data && <VisualDetails what={details} report={report} sheetId={sheetId} visualId={id} asked={asked} data={data} title={title} onClose={() => setDetails(undefined)} />}
    </section>
  );
}

/** The chosen mark's dimensions become filters of all visuals. */
function choose(visual: Visual, data: VisualData, datum: Record<string, unknown>, onFilter: (filters: Filter[]) => void) {
  const filters = data.columns.flatMap(({ role, fieldId, columnName, granularity }) => {
    if (role !== 'dimension' || !fieldId || !columnName || !(fieldId in datum)) return [];
    // a histogram's bin has two ends and is no value of its column
    if (data.columns.filter((column) => column.fieldId === fieldId).length > 1) return [];
    const value = datum[fieldId];
    return [{ dataSetIdentifier: dataSetOf(visual), columnName, values: [value === null || value === undefined ? null : String(value)], ...(granularity ? { granularity } : {}) }];
  });
  if (filters.length) onFilter(filters);
}

/** Returns what a visual without a title is called: its measures by its dimensions, as QuickSight says it. */
function titleFrom(data: VisualData): string {
  const names = (role: string) => data.columns.filter((column) => column.role === role).map((column) => column.name).join(', ');
  return [names('measure'), names('dimension')].filter(Boolean).join(strings.by);
}

/** Returns the data set that a visual's first field names. */
export function dataSetOf(visual: Visual): string {
  return /"DataSetIdentifier":"((?:[^"\\]|\\.)*)"/.exec(JSON.stringify(visual))?.[1] ?? '';
}

function Body({ data, title, asTable, onSelect }: { data: VisualData; title: string; asTable: boolean; onSelect?: (datum: Record<string, unknown>) => void }) {
  if (data.kind === 'kpi' && data.kpi) {
    return (
      <div>
        <div className="tx-kpi">{data.kpi.value}</div>
        {data.kpi.comparison && <Box color="text-body-secondary">{data.kpi.comparison}</Box>}
      </div>
    );
  }
  if (data.rows.length === 0) return <Box color="text-body-secondary" textAlign="center" padding="l">{strings.noData}</Box>;
  if (data.kind === 'chart' && data.spec && !asTable) return <Chart spec={data.spec} label={title} onSelect={onSelect} />;
  return (
    <div className="tx-visual-grid">
      <ResultGrid label={title} columns={data.columns} total={data.rows.length} row={(index) => data.rows[index]} strong={(row, column) => Boolean(data.totalRows?.includes(row) || data.totalColumns?.includes(column))} />
    </div>
  );
}
