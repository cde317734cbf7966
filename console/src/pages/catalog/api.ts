import type { CatalogColumn } from '../athena/editor/useCatalog';

/** Glue's table, as far as the pages read it. */
export interface Table {
  Name: string;
  DatabaseName: string;
  TableType?: string;
  CreateTime?: number;
  UpdateTime?: number;
  Parameters?: Record<string, string>;
  PartitionKeys?: CatalogColumn[];
  ViewOriginalText?: string;
  StorageDescriptor?: {
    Columns?: CatalogColumn[];
    Location?: string;
    InputFormat?: string;
    OutputFormat?: string;
    SerdeInfo?: { SerializationLibrary?: string; Parameters?: Record<string, string> };
  };
}

export interface Partition {
  Values?: string[];
  CreationTime?: number;
  StorageDescriptor?: { Location?: string };
}

/** Returns the statement of a view: Athena keeps it as Base64 of JSON in a comment. */
export function viewSql(table: Table): string | undefined {
  const kept = /^\/\* Presto View: ([A-Za-z0-9+/=]+) \*\/$/.exec(table.ViewOriginalText?.trim() ?? '')?.[1];
  if (!kept) return table.ViewOriginalText;
  try {
    const bytes = Uint8Array.from(atob(kept), (letter) => letter.charCodeAt(0));
    return (JSON.parse(new TextDecoder().decode(bytes)) as { originalSql?: string }).originalSql;
  } catch {
    return table.ViewOriginalText;
  }
}
