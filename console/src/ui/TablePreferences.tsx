import CollectionPreferences from '@cloudscape-design/components/collection-preferences';

import { strings } from '../strings';
import type { TableSettings } from './table-settings';

const SIZES = [10, 20, 50, 100];

interface Props {
  settings: TableSettings;
  onChange: (settings: TableSettings) => void;
  /** the first of them is always shown */
  columns: { id: string; label: string }[];
}

/** The gear of a table: page size, wrapped lines, which columns. */
export function TablePreferences({ settings, onChange, columns }: Props) {
  const all = columns.map(({ id }) => id);
  return (
    <CollectionPreferences
      title={strings.table.preferences}
      confirmLabel={strings.table.confirm}
      cancelLabel={strings.cancel}
      preferences={{ pageSize: settings.pageSize, wrapLines: settings.wrapLines, visibleContent: settings.columns ?? all }}
      pageSizePreference={{ title: strings.table.pageSize, options: SIZES.map((value) => ({ value, label: strings.table.rows(value) })) }}
      wrapLinesPreference={{ label: strings.table.wrap, description: strings.table.wrapText }}
      visibleContentPreference={{ title: strings.table.columns, options: [{ label: strings.table.columns, options: columns.map(({ id, label }, at) => ({ id, label, editable: at > 0 })) }] }}
      onConfirm={({ detail }) => {
        const shown = detail.visibleContent ?? all;
        onChange({
          pageSize: detail.pageSize ?? settings.pageSize,
          wrapLines: detail.wrapLines ?? settings.wrapLines,
          ...(shown.length < all.length ? { columns: shown } : {}),
        });
      }}
    />
  );
}
