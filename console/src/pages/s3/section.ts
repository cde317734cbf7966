import { paths } from '../../app/paths';
import type { Section } from '../../app/sections';
import { words } from './words';

export const section: Section = {
  title: words.title,
  items: [{ text: words.buckets, href: paths.buckets() }],
  routes: [
    { path: 's3', lazy: async () => ({ Component: (await import('./BucketsPage')).BucketsPage }) },
    { path: 's3/:bucket/*', lazy: async () => ({ Component: (await import('./PlacePage')).PlacePage }) },
  ],
};
