import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Icon from '@cloudscape-design/components/icon';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import Toggle from '@cloudscape-design/components/toggle';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useFlash } from '../../app/flash';
import { paths } from '../../app/paths';
import { refreshSoon, useAction } from '../../aws/queries';
import { strings } from '../../strings';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { CopyButton } from '../../ui/CopyButton';
import { Dialog } from '../../ui/Dialog';
import { ListPage } from '../../ui/ListPage';
import { formatBytes } from '../../ui/time';
import { Time } from '../../ui/Time';
import { LineageChips } from '../home/LineageChips';
import { deleteEntries, type Entry, useFolder } from './folder';
import { nameOf, typeOf } from './keys';
import { UploadArea } from './UploadPanel';
import { useDeleted, useVersioned } from './useVersions';
import type { Version } from './versions';
import { versionWords } from './version-words';
import { words } from './words';

export function FolderPage({ bucket, prefix }: { bucket: string; prefix: string }) {
  const folder = useFolder(bucket, prefix);
  const versioned = useVersioned(bucket);
  const [withDeleted, setWithDeleted] = useState(false);
  const deleted = useDeleted(bucket, prefix, versioned && withDeleted);
  const pages = withDeleted ? { ...folder, items: [...folder.items, ...(deleted.data ?? []).map(entryOf)], error: folder.error ?? deleted.error } : folder;
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<Entry[]>();
  return (
    <UploadArea bucket={bucket} prefix={prefix}>
      {prefix !== '' && <LineageChips about={`s3://${bucket}/${prefix}`} />}
      <ListPage
        title={prefix === '' ? words.objects : nameOf(prefix)}
        what={words.objectsWhat}
        variant="container"
        level={prefix === '' ? 'h2' : 'h1'}
        start={{ hint: words.objectsStart }}
        pages={pages}
        id={(entry) => entry.key}
        name={(entry) => nameOf(entry.key)}
        text={(entry) => nameOf(entry.key)}
        select="multi"
        columns={[
          {
            id: 'name',
            header: words.name,
            isRowHeader: true,
            sortingField: 'key',
            cell: ({ key, folder }) => (
              <>
                <Icon name={folder ? 'folder' : 'file'} /> <Link href={paths.object(bucket, key)}>{nameOf(key)}</Link>
              </>
            ),
          },
          { id: 'type', header: words.type, cell: ({ key, folder, deleted }) => (folder ? words.folder : deleted ? versionWords.deletedObject : typeOf(key)) },
          { id: 'modified', header: words.modified, cell: ({ modified }) => <Time at={modified} />, sortingField: 'modified' },
          { id: 'size', header: words.size, cell: ({ size }) => formatBytes(size), sortingField: 'size' },
          { id: 'class', header: words.storageClass, cell: ({ storageClass }) => storageClass ?? '–' },
        ]}
        filters={
          versioned && (
            <Toggle checked={withDeleted} onChange={({ detail }) => setWithDeleted(detail.checked)}>
              {versionWords.showDeleted}
            </Toggle>
          )
        }
        actions={(chosen) => (
          <>
            <CopyButton text={`s3://${bucket}/${chosen[0]?.key ?? prefix}`} label={words.copyUri} />
            <Button disabled={chosen.length === 0 || chosen.some((entry) => entry.deleted)} onClick={() => setDeleting(chosen)}>
              {strings.delete}
            </Button>
            <Button onClick={() => setCreating(true)}>{words.createFolder}</Button>
          </>
        )}
      />
      {creating && <CreateFolder bucket={bucket} prefix={prefix} onClose={() => setCreating(false)} />}
      {deleting && <DeleteSome bucket={bucket} entries={deleting} onClose={() => setDeleting(undefined)} />}
    </UploadArea>
  );
}

const entryOf = ({ key, modified }: Version): Entry => ({ key, folder: false, deleted: true, modified });

function CreateFolder({ bucket, prefix, onClose }: { bucket: string; prefix: string; onClose: () => void }) {
  const [name, setName] = useState('');
  const create = useAction<{ Bucket: string; Key: string }>('s3', 'PutObject', {
    said: () => words.folderCreated(name),
    done: onClose,
  });
  const submit = () => create.mutate({ Bucket: bucket, Key: `${prefix}${name.replace(/\/+$/, '')}/` });
  return (
    <Dialog
      title={words.createFolder}
      action={strings.create}
      busy={create.isPending}
      ready={name !== ''}
      onClose={onClose}
      onSubmit={submit}
    >
      <FormField label={words.folderName}>
        <Input value={name} autoFocus onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </Dialog>
  );
}

export function DeleteSome({
  bucket,
  entries,
  onClose,
  done,
}: {
  bucket: string;
  entries: Entry[];
  onClose: () => void;
  done?: () => void;
}) {
  const client = useQueryClient();
  const flash = useFlash();
  const versioned = useVersioned(bucket);
  const remove = useMutation({
    mutationFn: () => deleteEntries(bucket, entries),
    onSuccess: (count) => {
      flash.success(words.deleted(count));
      onClose();
      done?.();
    },
    onError: (error) => flash.failure(error, strings.delete),
    onSettled: () => refreshSoon(client, 's3'),
  });
  const what = entries.length === 1 ? nameOf(entries[0]?.key ?? '') : words.deleteSome(entries.length);
  return (
    <ConfirmDelete what={what} word={versioned ? undefined : words.forGood} busy={remove.isPending} onClose={onClose} onConfirm={() => remove.mutate()}>
      {entries.some((entry) => entry.folder) && words.deleteWarning}
      {versioned && <div>{versionWords.deleteMarkerHelp}</div>}
    </ConfirmDelete>
  );
}
