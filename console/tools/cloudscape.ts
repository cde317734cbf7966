import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** Drops the fonts that the global styles embed: they cost more than the whole shell, and the page's policy allows no `data:` font. */
export function withoutFonts(css: string): string {
  return css.replace(/@font-face\s*\{[^}]*\}/g, '');
}

/** Returns the components that the console's sources import, each its own. */
export function imported(sources: string[]): Set<string> {
  return new Set(sources.flatMap((source) => [...source.matchAll(/@cloudscape-design\/components\/([a-z0-9-]+)/g)].map((match) => match[1] as string)));
}

/** Components with many messages and no use within others: their messages go unless the console imports them. */
const OWN_MESSAGES = [
  'annotation-context', 'code-editor', 'collection-preferences', 'date-range-picker', 'file-dropzone', 'file-upload', 'list', 'prompt-input',
  'property-filter', 's3-resource-selector', 'split-panel', 'tag-editor', 'tutorial-panel', 'wizard', 'area-chart', 'line-chart', 'pie-chart',
  'mixed-line-bar-chart', 'bar-chart', 'calendar', 'date-picker', 'time-input', 'attribute-editor',
];

/** Components that others show within themselves, whose messages these need too. */
const WITHIN: Record<string, string[]> = { calendar: ['date-picker'] };

type Messages = Record<string, Record<string, Record<string, unknown>>>;

/** Returns Cloudscape's messages without those of components that nobody imports. */
export function neededMessages(all: Messages, uses: ReadonlySet<string>): Messages {
  const keep = ([component]: [string, unknown]) => !OWN_MESSAGES.includes(component) || [component, ...(WITHIN[component] ?? [])].some((one) => uses.has(one));
  return Object.fromEntries(
    Object.entries(all).map(([namespace, locales]) => [
      namespace,
      Object.fromEntries(Object.entries(locales).map(([locale, messages]) => [locale, Object.fromEntries(Object.entries(messages).filter(keep))])),
    ]),
  );
}

/** The layout's drawer of feature prompts, which the console has not; its sortable list alone brings in a whole drag-and-drop library. */
const PROMPTS = /app-layout\/visual-refresh-toolbar\/drawer\/feature-notifications-drawer-content\.js$/;

/** The functions for dates that it takes from a list of all of them would bring those of the pickers into the shell. */
export function withoutPrompts(code: string): string {
  return code.replace(/import List from [^;]+;/, 'const List = () => null;').replace(/import \{ (\w+) \} from '[^']*\/date-time';/, 'const $1 = String;');
}

/** Makes Cloudscape as small as the budget needs. */
export function smallCloudscape(root: string): Plugin {
  return {
    name: 'small-cloudscape',
    enforce: 'pre',
    transform(code, id) {
      const file = id.split('?')[0] ?? '';
      if (!file.includes('@cloudscape-design')) return null;
      if (file.includes('/global-styles/') && file.endsWith('.css')) return { code: withoutFonts(code), map: null };
      if (PROMPTS.test(file)) return { code: withoutPrompts(code), map: null };
      if (file.endsWith('/i18n/messages/all.en.js')) {
        // the module's messages are parsed already, so that no parser is needed (see vite.config.ts)
        const all = JSON.parse(code.replace(/^export default /, '').replace(/;?\s*$/, '')) as Messages;
        return { code: `export default ${JSON.stringify(neededMessages(all, imported(sourcesIn(join(root, 'src')))))};`, map: null };
      }
      return null;
    },
  };
}

function sourcesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}
