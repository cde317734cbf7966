import './csp-styles';

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, type CompletionSource } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, isolateHistory } from '@codemirror/commands';
import { bracketMatching, foldGutter, foldKeymap, indentOnInput } from '@codemirror/language';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search';
import { Compartment, EditorState, type Extension } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { useEffect, useRef } from 'react';

import { changeBetween } from './change';
import { theme } from './theme';

export interface EditorHandle {
  view: EditorView;
}

export interface EditorProps {
  value: string;
  label: string;
  onChange?: (value: string) => void;
  /** the language, and whatever else */
  extensions?: Extension;
  completion?: CompletionSource;
  diagnostics?: Diagnostic[];
  readOnly?: boolean;
  height?: string;
  onReady?: (view: EditorView) => void;
  /** where the cursor is, as an offset into the text */
  onCursor?: (offset: number) => void;
}

/**
 * A text editor. Tab moves on to the next control, as everywhere else on the page (Ctrl-M gives it to the editor); what
 * is typed goes out by `onChange`, and a `value` that is another text replaces the document, with undo.
 */
export default function Editor(props: EditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  latest.current = props;
  const readOnly = useRef(new Compartment());

  useEffect(() => {
    if (!host.current) return;
    const { value, label, extensions = [], completion } = latest.current;
    const created = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: value,
        extensions: [
          lineNumbers(), foldGutter(), lintGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(), closeBrackets(),
          highlightActiveLine(), highlightSelectionMatches(),
          autocompletion(completion ? { override: [completion] } : {}),
          keymap.of([...closeBracketsKeymap, ...defaultKeymap, ...searchKeymap, ...historyKeymap, ...foldKeymap, ...completionKeymap, ...lintKeymap]),
          EditorView.contentAttributes.of({ 'aria-label': label, tabindex: '0' }),
          EditorView.lineWrapping,
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
            if (update.selectionSet || update.docChanged) latest.current.onCursor?.(update.state.selection.main.head);
          }),
          readOnly.current.of(EditorState.readOnly.of(latest.current.readOnly ?? false)),
          theme,
          extensions,
        ],
      }),
    });
    view.current = created;
    latest.current.onReady?.(created);
    return () => created.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const old = editor.state.doc.toString();
    if (old === props.value) return;
    // a step of its own for undo, whatever was typed just before
    editor.dispatch({ changes: changeBetween(old, props.value), annotations: isolateHistory.of('full') });
  }, [props.value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    // they may be of a text that is no longer there
    const length = editor.state.doc.length;
    const inside = (props.diagnostics ?? []).filter((diagnostic) => diagnostic.to <= length);
    editor.dispatch(setDiagnostics(editor.state, inside));
  }, [props.diagnostics]);

  useEffect(() => {
    view.current?.dispatch({ effects: readOnly.current.reconfigure(EditorState.readOnly.of(props.readOnly ?? false)) });
  }, [props.readOnly]);

  return <div ref={host} className="tx-editor" style={{ height: props.height ?? '420px' }} />;
}
