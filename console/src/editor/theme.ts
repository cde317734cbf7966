import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** The editor in the console's colours, light and dark by the page's own variables. */
export const theme = [
  EditorView.theme({
    '&': { color: 'inherit', backgroundColor: 'transparent', fontSize: '12.5px', height: '100%' },
    '.cm-scroller': { fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace', lineHeight: '1.5' },
    '.cm-content': { caretColor: 'currentColor' },
    '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'currentColor' },
    '.cm-gutters': { backgroundColor: 'var(--tx-code)', color: 'var(--tx-dim)', border: 'none' },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--tx-line)' },
    '&.cm-focused': { outline: '2px solid var(--tx-focus)', outlineOffset: '-2px' },
    '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': { backgroundColor: 'var(--tx-selection)' },
    '.cm-tooltip': { backgroundColor: 'var(--tx-code)', color: 'inherit', border: '1px solid var(--tx-border)', borderRadius: '8px' },
    '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--tx-chosen)', color: 'inherit' },
    '.cm-panels': { backgroundColor: 'var(--tx-code)', color: 'inherit' },
    '.cm-diagnostic': { padding: '4px 8px' },
    '.cm-matchingBracket': { backgroundColor: 'var(--tx-chosen)', color: 'inherit !important' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.propertyName, tags.keyword], color: 'var(--tx-key)' },
      { tag: [tags.string, tags.special(tags.string)], color: 'var(--tx-text)' },
      { tag: tags.number, color: 'var(--tx-number)' },
      { tag: [tags.bool, tags.null, tags.typeName, tags.function(tags.variableName)], color: 'var(--tx-word)' },
      { tag: tags.comment, color: 'var(--tx-dim)' },
    ]),
  ),
];
