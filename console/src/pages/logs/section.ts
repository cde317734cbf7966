import { paths } from '../../app/paths';
import type { Section } from '../../app/section';
import { nav } from '../nav';

export const section: Section = {
  title: nav.logs.title,
  items: [{ text: nav.logs.groups, href: paths.logGroups() }],
  routes: [
    { path: 'logs', lazy: async () => ({ Component: (await import('./GroupsPage')).GroupsPage }) },
    { path: 'logs/:group', lazy: async () => ({ Component: (await import('./GroupPage')).GroupPage }) },
    { path: 'logs/:group/:stream', lazy: async () => ({ Component: (await import('./StreamPage')).StreamPage }) },
  ],
};
