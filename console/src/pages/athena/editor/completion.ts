import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';

import { quoted } from '../names';

/** What the catalog knows, for completion. */
export interface Names {
  databases: string[];
  tables: { name: string; columns: { name: string; type: string }[] }[];
}

const KEYWORDS = `SELECT FROM WHERE GROUP BY ORDER HAVING LIMIT JOIN LEFT RIGHT FULL INNER CROSS ON AS DISTINCT WITH UNION ALL EXCEPT INTERSECT CASE WHEN
THEN ELSE END AND OR NOT IN EXISTS BETWEEN LIKE IS NULL CAST TRY_CAST INTERVAL ASC DESC NULLS FIRST LAST OVER PARTITION UNNEST VALUES INSERT INTO CREATE
EXTERNAL TABLE VIEW DATABASE IF REPLACE DROP ALTER ADD COLUMNS SHOW TABLES DATABASES PARTITIONS DESCRIBE MSCK REPAIR UNLOAD STORED PARQUET ROW FORMAT SERDE
LOCATION TBLPROPERTIES EXPLAIN TRUE FALSE`.split(/\s+/);

const FUNCTIONS = `count sum avg min max round abs ceil floor coalesce nullif if concat substr length lower upper trim replace split strpos regexp_like
regexp_extract regexp_replace date_trunc date_diff date_add date_format date_parse from_unixtime to_unixtime current_date current_timestamp now year month day
hour minute day_of_week approx_distinct approx_percentile arbitrary max_by min_by count_if array_agg map_agg json_extract json_extract_scalar json_parse
element_at cardinality contains transform filter reduce sequence row_number rank dense_rank lag lead first_value last_value ntile typeof try`.split(/\s+/);

/** After `name.`: columns of that table, or tables of that database. Elsewhere: columns of the statement's tables first. */
export function complete(context: CompletionContext, names: Names): CompletionResult | null {
  const dotted = context.matchBefore(/["\w]+\.\w*$/);
  if (dotted) {
    const [owner = ''] = dotted.text.split('.');
    const from = dotted.from + owner.length + 1;
    return { from, options: members(owner.replaceAll('"', ''), context.state.doc.toString(), names), validFor: /^\w*$/ };
  }
  const word = context.matchBefore(/\w+$/);
  if (!word && !context.explicit) return null;
  return { from: word?.from ?? context.pos, options: words(context.state.doc.toString(), names), validFor: /^\w*$/ };
}

function tableOption(name: string): Completion {
  return { label: name, apply: quoted(name), type: 'class', detail: 'table', boost: 20 };
}

function columnOption({ name, type }: { name: string; type: string }): Completion {
  return { label: name, apply: quoted(name), type: 'property', detail: type, boost: 30 };
}

function members(owner: string, text: string, names: Names): Completion[] {
  const aliased = new RegExp(`\\b(?:from|join)\\s+(?:\\w+\\.)?"?(\\w+)"?\\s+(?:as\\s+)?${owner.replace(/\W/g, '')}\\b`, 'i').exec(text)?.[1];
  const table = names.tables.find((one) => one.name === (aliased ?? owner).toLowerCase());
  if (table) return table.columns.map(columnOption);
  return names.databases.includes(owner) ? names.tables.map((one) => tableOption(one.name)) : [];
}

function words(text: string, names: Names): Completion[] {
  const lower = text.toLowerCase();
  const mentioned = names.tables.filter((table) => lower.includes(table.name));
  const columns = new Map(mentioned.flatMap((table) => table.columns.map((column) => [column.name, column])));
  return [
    ...[...columns.values()].map(columnOption),
    ...names.tables.map((table) => tableOption(table.name)),
    ...names.databases.map((name) => ({ label: name, apply: quoted(name), type: 'namespace', detail: 'database' })),
    ...FUNCTIONS.map((name) => ({ label: name, apply: `${name}(`, type: 'function', boost: -5 })),
    ...KEYWORDS.map((label) => ({ label, type: 'keyword' })),
  ];
}
