// Completion for definitions: names of members where they can stand, states to go to, resources, error names, and the
// parameters of the service action that a Task calls.

import { type Completion, type CompletionContext, type CompletionResult, snippet } from '@codemirror/autocomplete';
import type { Language } from './fields';
import { readLeniently } from './lenient';
import { fieldsOf, kindOf, languageAt, valuesAt } from './offer';
import { type CursorPlace, placeAt } from './place';

/** What the server knows. */
export interface AslKnowledge {
  /** The ARNs that a Task can call, each pattern of waiting by itself. */
  resources: () => readonly string[];
  /** The members of the input of what a resource calls, below a path in it. */
  parameters: (resource: string, path: (string | number)[]) => Promise<readonly ParameterInfo[]>;
}

export interface ParameterInfo {
  name: string;
  type: string;
  required: boolean;
}

/** Returns the source for CodeMirror's `autocompletion({override: [...]})`. */
export function aslCompletion(knows: AslKnowledge) {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const place = placeAt(context.state, context.pos);
    if (!place || (!context.explicit && !place.quoted && place.from === place.to)) return null;
    const definition = readLeniently(context.state);
    const options =
      place.typing === 'value'
        ? values(valuesAt(definition, place.path, knows.resources()), place)
        : await names(definition, place, context, knows);
    if (options.length === 0 || context.aborted) return null;
    return { from: place.from, to: place.to, options, validFor: /^[\w.:$-]*$/ };
  };
}

function values(texts: string[], place: CursorPlace): Completion[] {
  return texts.map((text, i) => ({
    label: text,
    type: 'constant',
    boost: -i / 10,
    apply: place.quoted ? text : JSON.stringify(text),
  }));
}

async function names(
  definition: unknown,
  place: CursorPlace,
  context: CompletionContext,
  knows: AslKnowledge,
): Promise<Completion[]> {
  const kind = kindOf(definition, place.path);
  const language = languageAt(definition, place.path);
  const rest = context.state.sliceDoc(place.quoted ? place.to + 1 : place.to, place.to + 200);
  const hasValue = /^\s*:/.test(rest);
  if (kind.kind === 'arguments') {
    const known = await knows.parameters(kind.resource, kind.path);
    return known
      .filter((p) => !place.siblings.includes(p.name) && !place.siblings.includes(`${p.name}.$`))
      .map((p, i) => ({
        label: p.name,
        type: 'property',
        detail: p.required ? `${p.type}, required` : p.type,
        boost: (p.required ? 10 : 0) - i / 100,
        apply: member(p.name, sampleOf(p.type), place, hasValue),
      }));
  }
  return fieldsOf(kind, language as Language)
    .filter((f) => !place.siblings.includes(f.name))
    .map((f, i) => ({
      label: f.name,
      type: 'property',
      info: f.info,
      boost: -i / 100,
      apply: member(f.name, f.value, place, hasValue),
    }));
}

function sampleOf(type: string): string {
  if (type === 'structure' || type === 'map') return '{}';
  if (type === 'list') return '[]';
  if (type === 'boolean') return 'true';
  return ['integer', 'long', 'double', 'float'].includes(type) ? '0' : '""';
}

/** Writes a member with a value whose inside the cursor goes to; just the name where a value follows already. */
function member(name: string, value: string, place: CursorPlace, hasValue: boolean): Completion['apply'] {
  if (hasValue) return place.quoted ? name : JSON.stringify(name);
  const hole = value.length >= 2 && /^["{[]/.test(value) ? `${value.slice(0, -1)}#{}${value.slice(-1)}` : `#{${value}}`;
  const template = `"${name}": ${escaped(hole)}`;
  const apply = snippet(template);
  return (view, completion, from, to) => {
    // The quotes that are there are written anew.
    const open = place.quoted ? 1 : 0;
    const close = place.quoted && view.state.sliceDoc(to, to + 1) === '"' ? 1 : 0;
    apply(view, completion, from - open, to + close);
  };
}

/** Braces of the value are no holes of the snippet. */
function escaped(text: string): string {
  return text
    .replace(/#\{([^}]*)\}/, '\u0000$1\u0001')
    .replace(/[{}]/g, '\\$&')
    .replace('\u0000', '#{')
    .replace('\u0001', '}');
}
