import SideNavigation, { type SideNavigationProps } from '@cloudscape-design/components/side-navigation';
import { useLocation } from 'react-router';

import { strings } from '../strings';
import { BASE, paths } from './paths';
import { sections } from './sections';

const items: SideNavigationProps.Item[] = sections.map((section) => ({
  type: 'section',
  text: section.title,
  items: section.items.map((item) => ({ type: 'link', ...item })),
}));

/** Returns the entry that the page belongs to: the one with the longest address above it. */
export function activeHref(pathname: string): string | undefined {
  const here = `${BASE}${pathname}`;
  return sections
    .flatMap((section) => section.items.map((item) => item.href))
    .filter((href) => here === href || here.startsWith(`${href}/`))
    .sort((a, b) => b.length - a.length)[0];
}

export function SideNav() {
  const { pathname } = useLocation();
  return (
    <SideNavigation header={{ text: strings.services, href: paths.home() }} activeHref={activeHref(pathname)} items={items} />
  );
}
