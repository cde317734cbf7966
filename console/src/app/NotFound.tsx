import Box from '@cloudscape-design/components/box';
import Header from '@cloudscape-design/components/header';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useLocation } from 'react-router';

import { strings } from '../strings';
import { useCrumbs } from './crumbs';
import { BASE, paths } from './paths';

export function NotFound() {
  const { pathname } = useLocation();
  useCrumbs({ text: strings.error.notFound, href: BASE + pathname });
  return (
    <SpaceBetween size="m">
      <Header variant="h1">{strings.error.notFound}</Header>
      <Box>{strings.error.notFoundText(pathname)}</Box>
      <Link href={paths.home()}>{strings.error.home}</Link>
    </SpaceBetween>
  );
}
