import { paths } from '../../app/paths';
import type { Section } from '../../app/section';
import { nav } from '../nav';

export const section: Section = {
  title: nav.athena.title,
  items: [
    { text: nav.athena.editor, href: paths.athena() },
    { text: nav.catalog.title, href: paths.catalog() },
  ],
  routes: [
    { path: 'athena', lazy: async () => ({ Component: (await import('./AthenaPage')).AthenaPage }) },
    { path: 'catalog', lazy: async () => ({ Component: (await import('../catalog/DatabasesPage')).DatabasesPage }) },
    { path: 'catalog/:database', lazy: async () => ({ Component: (await import('../catalog/DatabasePage')).DatabasePage }) },
    { path: 'catalog/:database/:table', lazy: async () => ({ Component: (await import('../catalog/TablePage')).TablePage }) },
  ],
};
