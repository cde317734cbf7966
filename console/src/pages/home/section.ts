import { paths } from '../../app/paths';
import type { Section } from '../../app/sections';
import { words } from './words';

export const section: Section = {
  title: words.title,
  items: [
    { text: words.home, href: paths.home() },
    { text: words.lineage, href: paths.lineage('') },
  ],
  routes: [
    { index: true, lazy: async () => ({ Component: (await import('./HomePage')).HomePage }) },
    { path: 'lineage', lazy: async () => ({ Component: (await import('./LineagePage')).LineagePage }) },
  ],
};
