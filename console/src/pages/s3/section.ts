import { paths } from '../../app/paths';
import type { Section } from '../../app/section';
import { nav } from '../nav';

export const section: Section = {
  title: nav.s3.title,
  items: [{ text: nav.s3.buckets, href: paths.buckets() }],
  routes: [
    { path: 's3', lazy: async () => ({ Component: (await import('./BucketsPage')).BucketsPage }) },
    { path: 's3/:bucket/*', lazy: async () => ({ Component: (await import('./PlacePage')).PlacePage }) },
  ],
};
