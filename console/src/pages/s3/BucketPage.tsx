import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';

import { UrlTabs } from '../../ui/DetailPage';
import { BucketProperties } from './BucketProperties';
import { FolderPage } from './FolderPage';
import { words } from './words';

/** A bucket: what is in it, and what it is set to. */
export function BucketPage({ bucket }: { bucket: string }) {
  return (
    <SpaceBetween size="m">
      <Header variant="h1">{bucket}</Header>
      <UrlTabs
        label={bucket}
        tabs={[
          { id: 'objects', label: words.objects, content: <FolderPage bucket={bucket} prefix="" /> },
          { id: 'properties', label: words.properties, content: <BucketProperties bucket={bucket} /> },
        ]}
      />
    </SpaceBetween>
  );
}
