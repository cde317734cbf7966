import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';

import { withQuery } from '../../app/paths';
import { useSettings } from '../../app/settings';
import { insight } from '../../aws/insight';
import { useAction } from '../../aws/queries';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { ListPage } from '../../ui/ListPage';
import { formatBytes } from '../../ui/time';
import { Time } from '../../ui/Time';
import { nameOf } from './keys';
import { useVersions } from './useVersions';
import { copySource, type Version } from './versions';
import { versionWords } from './version-words';
import { words } from './words';

/** The versions of an object: each can be saved, made the newest again, or deleted for good. */
export function VersionsTab({ bucket, object, emptied }: { bucket: string; object: string; emptied: () => void }) {
  const { region } = useSettings();
  const asked = useVersions(bucket, object);
  const [deleting, setDeleting] = useState<Version>();
  const restore = useAction<{ Bucket: string; Key: string; CopySource: string }>('s3', 'CopyObject', { said: () => versionWords.restored(nameOf(object)) });
  const remove = useAction<{ Bucket: string; Key: string; VersionId: string }>('s3', 'DeleteObject', {
    said: () => (deleting?.marker ? versionWords.markerRemoved : versionWords.versionDeleted),
    done: () => {
      setDeleting(undefined);
      if (asked.data?.length === 1) emptied();
    },
  });
  const versions = asked.data ?? [];
  return (
    <>
      <ListPage
        title={words.versions}
        description={versionWords.versionsHelp}
        what={versionWords.versionsWhat}
        level="h2"
        variant="embedded"
        pages={{ items: versions, loading: asked.isPending, error: asked.error, refreshing: asked.isFetching, refresh: () => void asked.refetch() }}
        id={({ id }) => id}
        text={({ id }) => id}
        select="single"
        columns={[
          { id: 'id', header: words.version, cell: ({ id }) => <span className="tx-mono">{id}</span>, isRowHeader: true },
          { id: 'kind', header: words.type, cell: (version) => kindOf(version) },
          { id: 'modified', header: words.modified, cell: ({ modified }) => <Time at={modified} millis />, sortingField: 'modified' },
          { id: 'size', header: words.size, cell: ({ size }) => formatBytes(size), sortingField: 'size' },
          { id: 'tag', header: words.etag, cell: ({ tag }) => tag ?? '–' },
        ]}
        actions={([version]) => (
          <>
            <Button
              iconName="download"
              disabled={!version || version.marker}
              href={version && withQuery(insight.objectUrl(bucket, object), { download: '1', versionId: version.id, region })}
              download
            >
              {versionWords.downloadVersion}
            </Button>
            <Button
              disabled={!version || version.marker || version.latest}
              loading={restore.isPending}
              onClick={() => version && restore.mutate({ Bucket: bucket, Key: object, CopySource: copySource(bucket, object, version.id) })}
            >
              {versionWords.restore}
            </Button>
            <Button disabled={!version} onClick={() => setDeleting(version)}>
              {version?.marker ? versionWords.removeMarker : versionWords.deleteVersion}
            </Button>
          </>
        )}
      />
      {deleting && (
        <ConfirmDelete
          what={deleting.marker ? versionWords.theMarker : versionWords.oneVersion(deleting.id)}
          word={deleting.marker ? undefined : words.forGood}
          busy={remove.isPending}
          onClose={() => setDeleting(undefined)}
          onConfirm={() => remove.mutate({ Bucket: bucket, Key: object, VersionId: deleting.id })}
        >
          {deleting.marker ? (deleting.latest ? versionWords.markerHelp : versionWords.olderMarkerHelp) : versionWords.versionWarning}
        </ConfirmDelete>
      )}
    </>
  );
}

function kindOf({ marker, latest }: Version) {
  const text = marker ? versionWords.marker : versionWords.content;
  return latest ? (
    <>
      {text} <Box variant="span" color="text-body-secondary">({versionWords.newest})</Box>
    </>
  ) : (
    text
  );
}
