import { strings } from '../strings';
import { openCopyAsCli } from '../ui/CopyAsCli';
import { paths } from './paths';
import { sections } from './sections';
import { changeSettings } from './settings';

export interface PaletteEntry {
  kind: string;
  title: string;
  subtitle?: string;
  href?: string;
  run?: () => void;
  arn?: string;
}

export function pageEntries(): PaletteEntry[] {
  return sections.flatMap((section) =>
    section.items.map((item) => ({ kind: strings.palette.pages, title: item.text, subtitle: section.title, href: item.href })),
  );
}

export function commandEntries(): PaletteEntry[] {
  const { palette } = strings;
  const entry = (title: string, run: () => void) => ({ kind: palette.commands, title, run });
  const page = (title: string, href: string) => ({ kind: palette.commands, title, href });
  return [
    page(palette.createMachine, paths.createMachine()),
    page(palette.createRule, paths.createRule()),
    page(palette.createSchedule, paths.createSchedule()),
    page(palette.newDataSet, paths.newDataSet()),
    entry(palette.copyCli, openCopyAsCli),
    entry(palette.themeDark, () => changeSettings({ theme: 'dark' })),
    entry(palette.themeLight, () => changeSettings({ theme: 'light' })),
    entry(palette.timeUtc, () => changeSettings({ time: 'utc' })),
    entry(palette.timeLocal, () => changeSettings({ time: 'local' })),
  ];
}

/** Returns the entries that have every word of a text, in any order; titles that begin with it first. */
export function matching(entries: PaletteEntry[], text: string): PaletteEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const begins = (entry: PaletteEntry) => Number(entry.title.toLowerCase().startsWith(words[0] ?? ''));
  return entries
    .filter((entry) => {
      const all = `${entry.title} ${entry.subtitle ?? ''}`.toLowerCase();
      return words.every((word) => all.includes(word));
    })
    .sort((a, b) => begins(b) - begins(a));
}

/** Returns which of the things that the server found for an earlier text it would find for this one too. */
export function stillFound(entries: PaletteEntry[], text: string): PaletteEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return entries.filter(({ kind, title, subtitle = '', arn = '' }) => {
    const all = [title, subtitle, arn, kind].map((part) => part.toLowerCase());
    return words.every((word) => all.some((part) => part.includes(word)));
  });
}
