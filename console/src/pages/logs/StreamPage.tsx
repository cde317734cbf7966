import { useParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { DetailPage } from '../../ui/DetailPage';
import { StreamEvents } from './Events';
import { words } from './words';

export function StreamPage() {
  const { group = '', stream = '' } = useParams();
  useCrumbs(
    { text: words.groups, href: paths.logGroups() },
    { text: group, href: paths.logGroup(group) },
    { text: stream, href: paths.logStream(group, stream) },
  );
  return (
    <DetailPage title={stream}>
      <StreamEvents group={group} stream={stream} />
    </DetailPage>
  );
}
