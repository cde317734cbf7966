import { paths } from '../../app/paths';
import type { Section } from '../../app/section';
import { nav } from '../nav';

export const section: Section = {
  title: nav.home.title,
  items: [
    { text: nav.home.home, href: paths.home() },
    { text: nav.home.lineage, href: paths.lineage('') },
  ],
  routes: [
    { index: true, lazy: async () => ({ Component: (await import('./HomePage')).HomePage }) },
    { path: 'lineage', lazy: async () => ({ Component: (await import('./LineagePage')).LineagePage }) },
  ],
};
