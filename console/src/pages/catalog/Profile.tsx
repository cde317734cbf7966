import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import CloudscapeTable from '@cloudscape-design/components/table';
import { useMemo } from 'react';

import { Chart } from '../../chart/Chart';
import { formatCount } from '../../ui/time';
import { type CatalogColumn, columnsOf } from '../athena/editor/useCatalog';
import { useStatement } from '../athena/useStatement';
import type { Table } from './api';
import { histogramSpec, histogramSql, kindOf, summariesOf, type Summary, summarySql, topSql } from './profile-sql';
import { Statement } from './Statement';
import { profileStrings } from './profile-strings';
import { strings } from './strings';

interface Props {
  table: Table;
  column: CatalogColumn;
  run: number;
}

/** One column: what its values are like, how they lie, and which are there most often. */
export function OneColumn({ table, column, run }: Props) {
  const { DatabaseName: database, Name: name } = table;
  const sql = summarySql(database, name, [column]);
  const asked = useStatement(sql, database, run);
  const summary = asked.rows && summariesOf([column], asked.rows.columns, asked.rows.rows[0] ?? [])[0];
  const histogram = summary && histogramSql(database, name, column, summary);
  return (
    <SpaceBetween size="l">
      <Container header={<Header variant="h2" description={column.Type}>{column.Name}</Header>}>
        <Statement title={profileStrings.summary} sql={sql} asked={asked}>
          {summary && <KeyValuePairs columns={3} items={pairsOf(summary)} />}
        </Statement>
      </Container>
      {histogram && <Histogram table={table} column={column} run={run} summary={summary} sql={histogram} />}
      {kindOf(column.Type) !== 'other' && <Top table={table} column={column} run={run} filled={summary?.filled} />}
    </SpaceBetween>
  );
}

function Histogram({ table, column, run, summary, sql }: Props & { summary: Summary; sql: string }) {
  const asked = useStatement(sql, table.DatabaseName, run);
  const rows = asked.rows?.rows;
  const spec = useMemo(
    () => rows && histogramSpec(kindOf(column.Type), summary, rows, { value: column.Name, rows: profileStrings.rows }),
    // the summary is read anew at each drawing and says the same
    [rows, column],
  );
  return (
    <Container header={<Header variant="h2">{profileStrings.histogram}</Header>}>
      <Statement title={profileStrings.histogram} sql={sql} asked={asked}>
        {spec && <Chart spec={spec} label={profileStrings.histogramOf(column.Name)} height={200} />}
      </Statement>
    </Container>
  );
}

function Top({ table, column, run, filled }: Props & { filled?: number }) {
  const sql = topSql(table.DatabaseName, table.Name, column);
  const asked = useStatement(sql, table.DatabaseName, run);
  return (
    <Container header={<Header variant="h2">{profileStrings.top}</Header>}>
      <Statement title={profileStrings.top} sql={sql} asked={asked}>
        {asked.rows && (
          <CloudscapeTable
            variant="embedded"
            items={asked.rows.rows}
            wrapLines
            ariaLabels={{ tableLabel: profileStrings.top }}
            empty={profileStrings.noValues}
            columnDefinitions={[
              { id: 'value', header: strings.value, cell: ([value]) => <span className="tx-mono">{value}</span>, isRowHeader: true },
              { id: 'times', header: profileStrings.rows, cell: ([, times]) => formatCount(Number(times)) },
              { id: 'share', header: profileStrings.share, cell: ([, times]) => share(Number(times), filled) },
            ]}
          />
        )}
      </Statement>
    </Container>
  );
}

/** All columns in one look at the table. */
export function AllColumns({ table, run }: { table: Table; run: number }) {
  const { DatabaseName: database, Name: name } = table;
  const columns = columnsOf(table);
  const sql = summarySql(database, name, columns);
  const asked = useStatement(sql, database, run);
  const summaries = asked.rows && summariesOf(columns, asked.rows.columns, asked.rows.rows[0] ?? []);
  const items = summaries?.map((summary, index) => ({ summary, column: columns[index] })) ?? [];
  return (
    <Container header={<Header variant="h2" counter={summaries && `(${profileStrings.rowsOf(summaries[0]?.rows ?? 0)})`}>{strings.columns}</Header>}>
      <Statement title={profileStrings.summary} sql={sql} asked={asked}>
        {summaries && (
          <CloudscapeTable
            variant="embedded"
            items={items}
            wrapLines
            ariaLabels={{ tableLabel: profileStrings.summary }}
            columnDefinitions={[
              { id: 'name', header: strings.name, cell: ({ column }) => column?.Name, isRowHeader: true },
              { id: 'type', header: strings.type, cell: ({ column }) => <code className="tx-mono">{column?.Type}</code> },
              { id: 'nulls', header: profileStrings.nulls, cell: ({ summary }) => nulls(summary) },
              { id: 'distinct', header: profileStrings.distinct, cell: ({ summary }) => distinct(summary) },
              { id: 'least', header: profileStrings.least, cell: ({ summary }) => summary.least ?? '–' },
              { id: 'most', header: profileStrings.most, cell: ({ summary }) => summary.most ?? '–' },
              { id: 'mean', header: profileStrings.mean, cell: ({ summary }) => mean(summary) },
            ]}
          />
        )}
      </Statement>
    </Container>
  );
}

function pairsOf(summary: Summary) {
  return [
    { label: profileStrings.rows, value: formatCount(summary.rows) },
    { label: profileStrings.nulls, value: nulls(summary) },
    { label: profileStrings.distinct, value: distinct(summary) },
    { label: profileStrings.least, value: summary.least ?? '–' },
    { label: profileStrings.most, value: summary.most ?? '–' },
    { label: profileStrings.mean, value: mean(summary) },
  ];
}

function nulls({ rows, filled }: Summary): string {
  return `${formatCount(rows - filled)} (${share(rows - filled, rows)})`;
}

const distinct = (summary: Summary) => (summary.distinct === undefined ? '–' : profileStrings.about(formatCount(summary.distinct)));

const digits = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 8 });
const mean = (summary: Summary) => (summary.mean === undefined ? '–' : digits.format(summary.mean));

const percent = new Intl.NumberFormat(undefined, { style: 'percent', maximumFractionDigits: 1 });
const share = (part: number, whole: number | undefined) => (whole ? percent.format(part / whole) : '–');
