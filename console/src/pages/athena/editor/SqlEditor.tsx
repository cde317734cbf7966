import type { CompletionSource } from '@codemirror/autocomplete';
import { sql, StandardSQL } from '@codemirror/lang-sql';
import { Prec } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { useMemo, useRef } from 'react';

import Editor from '../../../editor/Editor';
import { strings } from '../strings';
import { complete, type Names } from './completion';
import { columnsOf, useDatabases, useTables } from './useCatalog';

const HEIGHT = '220px';

interface Props {
  value: string;
  database: string;
  onChange: (sql: string) => void;
  onSelection: (text: string) => void;
  onRun: () => void;
}

/** The editor of a statement: completion from the catalog, Ctrl-Enter runs. */
export default function SqlEditor({ value, database, onChange, onSelection, onRun }: Props) {
  const databases = useDatabases();
  const tables = useTables(database);
  const names = useRef<Names>({ databases: [], tables: [] });
  names.current = {
    databases: databases.data?.map((one) => one.Name) ?? [],
    tables: tables.data?.map((table) => ({ name: table.Name, columns: columnsOf(table).map((column) => ({ name: column.Name, type: column.Type ?? '' })) })) ?? [],
  };
  const run = useRef(onRun);
  run.current = onRun;
  const select = useRef(onSelection);
  select.current = onSelection;
  const completion = useMemo<CompletionSource>(() => (context) => complete(context, names.current), []);
  const extensions = useMemo(
    () => [
      sql({ dialect: StandardSQL }),
      Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => (run.current(), true) }])),
      EditorView.updateListener.of(({ state, selectionSet, docChanged }) => {
        if (selectionSet || docChanged) select.current(state.sliceDoc(state.selection.main.from, state.selection.main.to));
      }),
    ],
    [],
  );
  return (
    <Editor value={value} label={strings.sql} onChange={onChange} extensions={extensions} completion={completion} height={HEIGHT} />
  );
}
