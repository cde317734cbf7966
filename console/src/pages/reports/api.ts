import { request, requestJson } from '../../aws/request';
import type { Column, Row } from '../../grid/columns';
import type { Asked } from './asked';
import type { Definition } from './visual/definition';

export type { Filter } from './filter';

/** QuickSight's shapes, as far as the pages read them. */
export interface Summary {
  Arn: string;
  Name: string;
  CreatedTime?: number;
  LastUpdatedTime?: number;
}

export interface DashboardSummary extends Summary {
  DashboardId: string;
  PublishedVersionNumber?: number;
  LastPublishedTime?: number;
}

export interface AnalysisSummary extends Summary {
  AnalysisId: string;
  Status: string;
}

export interface DataSourceSummary extends Summary {
  DataSourceId: string;
  Type: string;
}

export interface DataSource extends DataSourceSummary {
  Status?: string;
}

export interface DataSetSummary extends Summary {
  DataSetId: string;
  ImportMode: 'SPICE' | 'DIRECT_QUERY';
}

export interface OutputColumn {
  Name: string;
  Type: 'STRING' | 'INTEGER' | 'DECIMAL' | 'DATETIME' | 'BOOLEAN';
  SubType?: string;
}

export interface DataSet extends DataSetSummary {
  OutputColumns?: OutputColumn[];
  PhysicalTableMap?: Record<string, { RelationalTable?: { DataSourceArn: string; Schema?: string; Name: string }; CustomSql?: { Name: string; SqlQuery: string; DataSourceArn: string } }>;
  ConsumedSpiceCapacityInBytes?: number;
}

export interface Ingestion {
  Arn: string;
  IngestionId?: string;
  IngestionStatus: string;
  ErrorInfo?: { Type?: string; Message?: string };
  RowInfo?: { RowsIngested?: number; RowsDropped?: number };
  CreatedTime: number;
  IngestionTimeInSeconds?: number;
  RequestSource?: string;
  RequestType?: string;
}

/** Which report: a stored one or the definition itself. */
export type Report = { dashboardId: string; versionNumber?: number } | { analysisId: string } | { definition: Definition };

export interface VisualData {
  kind: 'chart' | 'table' | 'pivot' | 'kpi';
  title: string;
  subtitle?: string;
  spec?: Record<string, unknown>;
  columns: (Column & { fieldId?: string; columnName?: string; role?: 'dimension' | 'measure'; granularity?: string })[];
  rows: Row[];
  values?: Row[];
  total?: number;
  /** which rows and columns are totals */
  totalRows?: number[];
  totalColumns?: number[];
  kpi?: { value: string; comparison?: string; progress?: number };
  sql: string;
  asOf: number;
  source: 'SPICE' | 'DIRECT_QUERY';
  dataSetId: string;
}

export type ExportFormat = 'pdf' | 'png' | 'svg' | 'csv' | 'xlsx';

const post = (body: object, signal?: AbortSignal) => ({ method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' }, signal });

/** The routes of the reports' own (`/_taxiway/reports`). */
export const reports = {
  visual: (report: Report, sheetId: string, visualId: string, asked: Asked, signal?: AbortSignal) =>
    requestJson<VisualData>('/reports/visual', post({ ...report, sheetId, visualId, ...asked }, signal)),
  rows: (report: Report, sheetId: string, visualId: string, asked: Asked, limit: number, signal?: AbortSignal) =>
    requestJson<{ columns: Column[]; rows: Row[]; total: number; sql: string }>('/reports/rows', post({ ...report, sheetId, visualId, ...asked, limit }, signal)),
  values: (report: Report, dataSetIdentifier: string, columnName: string, signal?: AbortSignal) =>
    requestJson<{ values: (string | null)[] }>('/reports/values', post({ ...report, dataSetIdentifier, columnName }, signal)),
  suggest: (dataSetId: string, columns?: string[]) => requestJson<{ visual: Record<string, unknown> }>('/reports/suggest', post({ dataSetId, columns })),
  export: async (report: Report, format: ExportFormat, asked: Asked, sheetId?: string, visualId?: string) =>
    (await request('/reports/export', post({ ...report, format, ...asked, sheetId, visualId }))).blob(),
  expression: (definition: Definition, dataSetIdentifier: string, expression: string, signal?: AbortSignal) =>
    requestJson<{ type: OutputColumn['Type']; aggregated: boolean }>('/reports/expression', post({ definition, dataSetIdentifier, expression }, signal)),
};

/** Gives the browser bytes to save under a name. */
export function saveAs(blob: Blob, name: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
