import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';

import { useCrumbs } from '../../app/crumbs';
import { go } from '../../app/go';
import { paths } from '../../app/paths';
import { useSettings } from '../../app/settings';
import { useAction, useCall } from '../../aws/queries';
import { strings } from '../../strings';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { Dialog } from '../../ui/Dialog';
import { ListPage } from '../../ui/ListPage';
import { Time } from '../../ui/Time';
import { words } from './words';

interface Bucket {
  Name: string;
  CreationDate: number;
}

export function BucketsPage() {
  useCrumbs({ text: words.buckets, href: paths.buckets() });
  const asked = useCall<{ Buckets?: Bucket[] }>('s3', 'ListBuckets');
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<string>();
  return (
    <>
      <ListPage
        title={words.buckets}
        what={words.bucketsWhat}
        pages={{
          items: asked.data?.Buckets ?? [],
          loading: asked.isPending,
          error: asked.error,
          refreshing: asked.isFetching,
          refresh: () => void asked.refetch(),
        }}
        id={(bucket) => bucket.Name}
        text={(bucket) => bucket.Name}
        start={{ hint: words.bucketsStart, action: <Button onClick={() => setCreating(true)}>{words.createBucket}</Button> }}
        select="single"
        columns={[
          {
            id: 'name',
            header: words.name,
            cell: ({ Name }) => <Link href={paths.bucket(Name)}>{Name}</Link>,
            isRowHeader: true,
            sortingField: 'Name',
          },
          {
            id: 'created',
            header: words.created,
            cell: ({ CreationDate }) => <Time at={CreationDate} />,
            sortingField: 'CreationDate',
          },
        ]}
        actions={([bucket]) => (
          <>
            <Button disabled={!bucket} onClick={() => setDeleting(bucket?.Name)}>
              {strings.delete}
            </Button>
            <Button variant="primary" onClick={() => setCreating(true)}>
              {words.createBucket}
            </Button>
          </>
        )}
      />
      {creating && <CreateBucket onClose={() => setCreating(false)} />}
      {deleting && <DeleteBucket name={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}

interface Create {
  Bucket: string;
  CreateBucketConfiguration?: { LocationConstraint: string };
}

function CreateBucket({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const { region } = useSettings();
  const create = useAction<Create>('s3', 'CreateBucket', {
    said: ({ Bucket }) => words.bucketCreated(Bucket),
    done: (_, { Bucket }) => {
      onClose();
      go(paths.bucket(Bucket));
    },
  });
  const submit = () =>
    create.mutate({ Bucket: name, ...(region !== 'us-east-1' && { CreateBucketConfiguration: { LocationConstraint: region } }) });
  return (
    <Dialog
      title={words.createBucket}
      action={strings.create}
      busy={create.isPending}
      ready={name !== ''}
      onClose={onClose}
      onSubmit={submit}
    >
      <FormField label={words.name} description={words.bucketHelp}>
        <Input value={name} autoFocus onChange={({ detail }) => setName(detail.value)} />
      </FormField>
    </Dialog>
  );
}

function DeleteBucket({ name, onClose }: { name: string; onClose: () => void }) {
  const remove = useAction<{ Bucket: string }>('s3', 'DeleteBucket', { said: () => words.bucketDeleted(name), done: onClose });
  return (
    <ConfirmDelete
      what={name}
      word={name}
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => remove.mutate({ Bucket: name })}
    >
      {words.deleteBucketWarning}
    </ConfirmDelete>
  );
}
