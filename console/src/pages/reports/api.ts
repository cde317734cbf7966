import { request, requestJson } from '../../aws/request';
import type { Column, Row } from '../../grid/columns';
import type { Asked } from './asked';
import type { Offered } from './offered';
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

export type VisualColumn = Column & { fieldId?: string; columnName?: string; role?: 'dimension' | 'measure'; granularity?: string; /** in it `Other` stands for all values that are not shown */ rest?: boolean };

/** What a mark stands for: values by field. */
export type Mark = Record<string, unknown>;

export interface VisualData {
  kind: 'chart' | 'table' | 'pivot' | 'kpi';
  title: string;
  subtitle?: string;
  spec?: Record<string, unknown>;
  columns: VisualColumn[];
  rows: Row[];
  values?: Row[];
  /** all fields of the answer, in the order of `values` */
  fields?: VisualColumn[];
  /** for each row and each column of a table or pivot table the values that it stands for, by field */
  rowMarks?: Mark[];
  columnMarks?: Mark[];
  total?: number;
  /** which rows and columns are totals */
  totalRows?: number[];
  totalColumns?: number[];
  kpi?: { value: string; comparison?: string; progress?: number };
  /** visitors of an embedded dashboard are not told where data are */
  sql?: string;
  asOf: number;
  source: 'SPICE' | 'DIRECT_QUERY';
}

/** What can be saved; `csvNotes` is CSV with its filters and the time of its data in lines of comment before it. */
export type ExportKind = 'pdf' | 'png' | 'csv' | 'csvNotes' | 'xlsx';

const exported = (kind: ExportKind) => (kind === 'csvNotes' ? { format: 'csv', annotated: true } : { format: kind });

/** Returns the name of what is saved. */
export const fileName = (title: string, kind: ExportKind) => `${title}.${exported(kind).format}`;

/** Where questions go, and what each brings along. */
let way: { path: string; headers: Record<string, string> } = { path: '/reports', headers: {} };

/** Has all questions of this page be those of an embedded dashboard's visitor; `token` is the session's, and stays in memory. */
function askAsVisitor(token: string) {
  way = { path: '/reports/embed', headers: { authorization: `Bearer ${token}` } };
}

const post = (body: object, signal?: AbortSignal) => ({ method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...way.headers }, signal });

/** An embedded dashboard, as far as its visitor may see it. */
export interface Embedded {
  dashboardId: string;
  name: string;
  version: number;
  definition: Definition;
  /** only this one is embedded */
  visual?: { sheetId: string; visualId: string } | null;
  offered: Offered;
  undoRedo: boolean;
  reset: boolean;
}

/** The routes of the reports' own (`/_taxiway/reports`, or what an embedded dashboard has of them). */
export const reports = {
  visual: (report: Report, sheetId: string, visualId: string, asked: Asked, signal?: AbortSignal) =>
    requestJson<VisualData>(`${way.path}/visual`, post({ ...report, sheetId, visualId, ...asked }, signal)),
  rows: (report: Report, sheetId: string, visualId: string, asked: Asked, limit: number, signal?: AbortSignal) =>
    requestJson<{ columns: Column[]; rows: Row[]; total: number; sql: string }>(`${way.path}/rows`, post({ ...report, sheetId, visualId, ...asked, limit }, signal)),
  values: (report: Report, dataSetIdentifier: string, columnName: string, signal?: AbortSignal) =>
    requestJson<{ values: (string | null)[] }>(`${way.path}/values`, post({ ...report, dataSetIdentifier, columnName }, signal)),
  suggest: (dataSetId: string, columns?: string[]) => requestJson<{ visual: Record<string, unknown> }>(`${way.path}/suggest`, post({ dataSetId, columns })),
  /** of an embedded dashboard's page alone */
  dashboard: (dashboardId: string) => requestJson<Embedded>(`${way.path}/dashboard`, post({ dashboardId })),
  export: async (report: Report, kind: ExportKind, asked: Asked, sheetId?: string, visualId?: string) =>
    (await request(`${way.path}/export`, post({ ...report, ...exported(kind), ...asked, sheetId, visualId }))).blob(),
  expression: (definition: Definition, dataSetIdentifier: string, expression: string, signal?: AbortSignal) =>
    requestJson<{ type: OutputColumn['Type']; aggregated: boolean }>(`${way.path}/expression`, post({ definition, dataSetIdentifier, expression }, signal)),
};

/** A visitor's session, for the code of a URL, once. */
export async function redeem(code: string): Promise<void> {
  const { token } = await requestJson<{ token: string }>('/reports/embed/session', post({ code }));
  askAsVisitor(token);
}

/** Gives the browser bytes to save under a name. */
export function saveAs(blob: Blob, name: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
