import { useQuery } from '@tanstack/react-query';

import { useSettings } from '../../../app/settings';
import { callAll } from '../../../aws/call';

export interface CatalogColumn {
  Name: string;
  Type?: string;
  Comment?: string;
}

export interface CatalogTable {
  Name: string;
  DatabaseName: string;
  TableType?: string;
  StorageDescriptor?: { Columns?: CatalogColumn[]; Location?: string };
  PartitionKeys?: CatalogColumn[];
}

export function columnsOf(table: CatalogTable): CatalogColumn[] {
  return [...(table.StorageDescriptor?.Columns ?? []), ...(table.PartitionKeys ?? [])];
}

export function useDatabases() {
  const { region } = useSettings();
  return useQuery({
    queryKey: ['databases', region, 'glue'],
    queryFn: ({ signal }) => callAll<{ Name: string }>('glue', 'GetDatabases', {}, 'DatabaseList', { token: 'NextToken', signal }),
  });
}

export function useTables(database: string) {
  const { region } = useSettings();
  return useQuery({
    queryKey: ['tables', region, 'glue', database],
    queryFn: ({ signal }) => callAll<CatalogTable>('glue', 'GetTables', { DatabaseName: database }, 'TableList', { token: 'NextToken', signal }),
  });
}
