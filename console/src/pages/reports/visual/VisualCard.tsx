import '../reports.css';

import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Spinner from '@cloudscape-design/components/spinner';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';

import { useFlash } from '../../../app/flash';
import { useSettings } from '../../../app/settings';
import { failureText, isCode } from '../../../aws/failure';
import { Chart } from '../../../chart/Chart';
import { ResultGrid } from '../../../grid/ResultGrid';
import { strings as words } from '../../../strings';
import { formatTime } from '../../../ui/time';
import { type ExportKind, type Filter, fileName, type Mark, type Report, reports, saveAs, type VisualData } from '../api';
import type { Asked, Sort } from '../asked';
import { EVERYTHING, type Offered } from '../offered';
import { strings } from '../strings';
import { bodyOf, titleOf, type Visual } from './definition';
import { levelsOf } from './fields';
import { MarkMenu, type Spot } from './MarkMenu';
import { filtersOf, markAt, wordsOf } from './marks';
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
  /** what its reader may do with it */
  offered?: Offered;
}

/** So often, and after so long each time, a visual is asked for whose data set has not been ingested yet. */
const [INGESTED_TRIES, INGESTED_MS] = [40, 500];

/** What was drilled through: for each level the marks that it was entered by. */
type Drilled = Filter[][];

/** One visual with its data: drawn by what the server made of its definition, with the SQL and the age of its numbers. */
export function VisualCard({ report, revision, sheetId, visual, asked: ofSheet, onFilter, chosen, head, offered = EVERYTHING }: Props) {
  const id = bodyOf(visual).VisualId;
  const { region } = useSettings();
  const flash = useFlash();
  const [details, setDetails] = useState<{ what: 'sql' } | { what: 'rows'; mark: Filter[] }>();
  const [asTable, setAsTable] = useState(false);
  const [drilled, setDrilled] = useState<Drilled>([]);
  const [sort, setSort] = useState<Sort>();
  const [spot, setSpot] = useState<Spot>();
  const levels = levelsOf(visual);
  const level = drilled.length;
  const asked: Asked = { ...ofSheet, filters: [...ofSheet.filters, ...drilled.flat()], ...(level ? { level } : {}), ...(sort ? { sort } : {}) };
  const answer = useQuery({
    queryKey: ['visual', region, 'quicksight', revision, sheetId, id, asked],
    queryFn: ({ signal }) => reports.visual(report, sheetId, id, asked, signal),
    placeholderData: keepPreviousData,
    // a new data set's first ingestion is under way
    retry: (count, error) => count < INGESTED_TRIES && isCode(error, 'ConflictException'),
    retryDelay: INGESTED_MS,
    staleTime: 60_000,
    meta: { still: true },
  });
  const data = answer.data;
  const title = data?.title || titleOf(visual) || (data && titleFrom(data)) || id;
  const dataSet = dataSetOf(visual);
  const meant = (mark: Mark) => (data ? filtersOf(dataSet, data, mark) : []);
  async function save(kind: ExportKind) {
    try {
      saveAs(await reports.export(report, kind, asked, sheetId, id), fileName(title, kind));
    } catch (error) {
      flash.failure(error, strings.exportMenu);
    }
  }
  const drill = (mark: Filter[]) => setDrilled([...drilled, mark]);
  function mark(spot: Spot, of: Mark) {
    setSpot({ ...spot, mark: meant(of) });
  }
  const deeper = level + 1 < levels.length && offered.drilling;
  return (
    <section className="tx-visual" aria-label={title} data-chosen={chosen || undefined} aria-busy={answer.isFetching}>
      <div className="tx-visual-head">
        <div>
          <h2>{title}</h2>
          {data?.subtitle && <Box color="text-body-secondary">{data.subtitle}</Box>}
          {drilled.some((marks) => marks.length > 0) && <Box color="text-body-secondary">{wordsOf(drilled.flat())}</Box>}
        </div>
        <div className="tx-visual-head">
          {head}
          {offered.visualMenu && (
            <ButtonDropdown
              variant="icon"
              expandToViewport
              ariaLabel={strings.visualMenu(title)}
              items={[
                ...(data && data.sql === undefined ? [] : [{ id: 'sql', text: strings.showSql, disabled: !data }]),
                { id: 'rows', text: strings.showRows, disabled: !data },
                { id: 'toggle', text: asTable ? strings.showChart : strings.showData, disabled: data?.kind !== 'chart' },
                ...(levels.length > 1 && offered.drilling
                  ? [
                      { id: 'down', text: strings.drillDown(levels[level + 1]), disabled: !deeper },
                      { id: 'up', text: strings.drillUp(levels[level - 1]), disabled: level === 0 },
                    ]
                  : []),
                ...(data && sortable(data) ? [{ id: 'sort', text: strings.sortBy, items: sorts(data, sort) }] : []),
                ...(offered.exportData
                  ? [
                      { id: 'csv', text: strings.exportCsv, disabled: !data },
                      { id: 'csvNotes', text: strings.exportCsvNotes, disabled: !data },
                      { id: 'xlsx', text: strings.exportExcel, disabled: !data },
                    ]
                  : []),
                { id: 'png', text: strings.exportPng, disabled: !data },
              ]}
              onItemClick={({ detail }) => {
                if (detail.id === 'toggle') setAsTable(!asTable);
                else if (detail.id === 'down') drill([]);
                else if (detail.id === 'up') setDrilled(drilled.slice(0, -1));
                else if (detail.id === 'sql') setDetails({ what: 'sql' });
                else if (detail.id === 'rows') setDetails({ what: 'rows', mark: [] });
                else if (detail.id.startsWith(SORT)) setSort(readSort(detail.id));
                else void save(detail.id as ExportKind);
              }}
            />
          )}
        </div>
      </div>
      {answer.error ? <Alert type="error">{failureText(answer.error)}</Alert> : !data ? <span role="status"><Spinner /> {words.loading}</span> : (
        <Body data={data} title={title} asTable={asTable} sort={sort} onSort={setSort} onMark={offered.markMenu ? mark : undefined} tips={offered.tooltips} />
      )}
      {data && (
        <div className="tx-visual-foot">
          <span>{data.source === 'SPICE' ? strings.sourceSpice : strings.sourceDirect}</span>
          <span>{strings.asOf(formatTime(data.asOf))}</span>
        </div>
      )}
      {spot && (
        <MarkMenu
          spot={spot}
          items={[
            ...(onFilter && spot.mark?.length && spot.mark.every(({ values, without }) => values && !without) ? [{ text: strings.filterMark(wordsOf(spot.mark)), act: () => onFilter(spot.mark ?? []) }] : []),
            { text: strings.showMarkRows, act: () => setDetails({ what: 'rows', mark: spot.mark ?? [] }) },
            ...(deeper ? [{ text: strings.drillDown(levels[level + 1]), act: () => drill(spot.mark ?? []) }] : []),
          ]}
          onClose={() => setSpot(undefined)}
        />
      )}
      {details && data && (
        <VisualDetails
          what={details.what}
          report={report}
          sheetId={sheetId}
          visualId={id}
          asked={details.what === 'rows' ? { ...asked, filters: [...asked.filters, ...details.mark] } : asked}
          data={data}
          title={details.what === 'rows' && details.mark.length ? `${title}, ${wordsOf(details.mark)}` : title}
          onClose={() => setDetails(undefined)}
        />
      )}
    </section>
  );
}

const SORT = 'sort ';

/** A pivot table has its order by its heads, a KPI has none. */
const sortable = (data: VisualData) => data.kind === 'table' || data.kind === 'chart';

function sorts(data: VisualData, sort: Sort | undefined) {
  const fields = [...new Map((data.fields ?? data.columns).map((field) => [field.fieldId, field])).values()];
  return [
    ...fields.flatMap(({ fieldId = '', name }) =>
      (['ASC', 'DESC'] as const).map((direction) => ({ id: `${SORT}${direction} ${fieldId}`, text: strings.sorted(name, direction), itemType: 'checkbox' as const, checked: sort?.fieldId === fieldId && sort.direction === direction })),
    ),
    { id: SORT, text: strings.unsorted, itemType: 'checkbox' as const, checked: !sort },
  ];
}

function readSort(id: string): Sort | undefined {
  const found = /^sort (ASC|DESC) (.+)$/s.exec(id);
  return found?.[2] ? { direction: found[1] as Sort['direction'], fieldId: found[2] } : undefined;
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

interface BodyProps {
  data: VisualData;
  title: string;
  asTable: boolean;
  sort: Sort | undefined;
  onSort: (sort: Sort | undefined) => void;
  onMark?: (spot: Spot, mark: Mark) => void;
  tips: boolean;
}

function Body({ data, title, asTable, sort, onSort, onMark, tips }: BodyProps) {
  if (data.kind === 'kpi' && data.kpi) {
    return (
      <div>
        <div className="tx-kpi">{data.kpi.value}</div>
        {data.kpi.comparison && <Box color="text-body-secondary">{data.kpi.comparison}</Box>}
      </div>
    );
  }
  if (data.rows.length === 0) return <Box color="text-body-secondary" textAlign="center" padding="l">{strings.noData}</Box>;
  if (data.kind === 'chart' && data.spec && !asTable) {
    return <Chart spec={data.spec} label={title} tips={tips} onSelect={onMark && ((mark, at) => onMark(at, mark))} />;
  }
  const order = (column: number) => {
    const { fieldId } = data.columns[column] ?? {};
    return fieldId !== undefined && sort?.fieldId === fieldId ? (sort.direction === 'ASC' ? 'ascending' : 'descending') : 'none';
  };
  return (
    <div className="tx-visual-grid">
      <ResultGrid
        label={title}
        columns={data.columns}
        total={data.rows.length}
        row={(index) => data.rows[index]}
        strong={(row, column) => Boolean(data.totalRows?.includes(row) || data.totalColumns?.includes(column))}
        sort={sortable(data) ? { order, onSort: (column) => onSort(next(data.columns[column]?.fieldId, sort)) } : undefined}
        onCell={
          onMark &&
          ((row, column, at) => {
            const mark = markAt(data, row, column);
            if (mark) onMark(at, mark);
          })
        }
      />
    </div>
  );
}

/** Ascending, then descending, then as the report says. */
function next(fieldId: string | undefined, sort: Sort | undefined): Sort | undefined {
  if (fieldId === undefined) return sort;
  if (sort?.fieldId !== fieldId) return { fieldId, direction: 'ASC' };
  return sort.direction === 'ASC' ? { fieldId, direction: 'DESC' } : undefined;
}
