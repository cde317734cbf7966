import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useState } from 'react';

import { go } from '../../app/go';
import { paths, withQuery } from '../../app/paths';
import { useSettings } from '../../app/settings';
import { Failure } from '../../aws/failure';
import { insight } from '../../aws/insight';
import { useCall } from '../../aws/queries';
import { strings } from '../../strings';
import { CopyButton } from '../../ui/CopyButton';
import { Arn } from '../../ui/Arn';
import { DetailPage } from '../../ui/DetailPage';
import { Json } from '../../ui/Json';
import { formatBytes } from '../../ui/time';
import { Time } from '../../ui/Time';
import { LineageChips } from '../home/LineageChips';
import { DeleteSome } from './FolderPage';
import { folderOf, nameOf } from './keys';
import { ObjectPreview } from './ObjectPreview';
import { useVersioned } from './useVersions';
import { VersionsTab } from './VersionsTab';
import { versionWords } from './version-words';
import { words } from './words';

interface Head {
  ContentLength?: number;
  ContentType?: string;
  ETag?: string;
  LastModified?: number;
  Metadata?: Record<string, string>;
  StorageClass?: string;
  VersionId?: string;
}

export function ObjectPage({ bucket, object }: { bucket: string; object: string }) {
  const [gone, setGone] = useState(false);
  const asked = useCall<Head>('s3', 'HeadObject', { Bucket: bucket, Key: object }, { enabled: !gone });
  const versioned = useVersioned(bucket);
  const deleted = versioned && asked.error instanceof Failure && asked.error.status === 404;
  // what was read before it was deleted is kept beside the refusal
  const head = gone || deleted ? undefined : asked.data;
  const { region } = useSettings();
  const [deleting, setDeleting] = useState(false);
  function leave() {
    setGone(true);
    go(folderOf(object) ? paths.object(bucket, folderOf(object)) : paths.bucket(bucket));
  }
  const uri = `s3://${bucket}/${object}`;
  return (
    <>
      <DetailPage
        title={nameOf(object)}
        loading={asked.isPending}
        error={deleted ? undefined : asked.error}
        details={words.details}
        actions={
          <>
            <CopyButton text={uri} label={words.copyUri} />
            <Button href={paths.lineage(uri)}>{words.lineage}</Button>
            <Button iconName="download" disabled={!head} href={withQuery(insight.objectUrl(bucket, object), { download: '1', region })} download>
              {words.download}
            </Button>
            <Button disabled={!head} onClick={() => setDeleting(true)}>
              {strings.delete}
            </Button>
          </>
        }
        pairs={
          head && [
            { label: words.uri, value: <Arn arn={uri} label={words.copyUri} /> },
            { label: words.size, value: formatBytes(head.ContentLength) },
            { label: words.modified, value: <Time at={head.LastModified} /> },
            { label: words.contentType, value: head.ContentType ?? '–' },
            { label: words.etag, value: head.ETag ?? '–' },
            { label: words.arn, value: <Arn arn={`arn:aws:s3:::${bucket}/${object}`} /> },
            ...(head.VersionId ? [{ label: words.version, value: head.VersionId }] : []),
          ]
        }
        tabs={
          !(head || deleted) ? undefined : [
            ...(head
              ? [
                  {
                    id: 'preview',
                    label: words.preview,
                    content: <ObjectPreview bucket={bucket} object={object} type={head.ContentType} tag={head.ETag} />,
                  },
                  { id: 'metadata', label: words.metadata, content: <Json label={words.metadata} value={head.Metadata ?? {}} /> },
                ]
              : []),
            ...(versioned ? [{ id: 'versions', label: words.versions, content: <VersionsTab bucket={bucket} object={object} emptied={leave} /> }] : []),
          ]
        }
      >
        <LineageChips about={uri} />
        {deleted && <Alert type="info">{versionWords.isDeleted}</Alert>}
      </DetailPage>
      {deleting && (
        <DeleteSome
          bucket={bucket}
          entries={[{ key: object, folder: false }]}
          onClose={() => setDeleting(false)}
          done={leave}
        />
      )}
    </>
  );
}
