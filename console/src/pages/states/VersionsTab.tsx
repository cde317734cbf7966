import Button from '@cloudscape-design/components/button';
import { useState } from 'react';

import { arnName } from '../../aws/arn';
import { useAction, usePages } from '../../aws/queries';
import { strings as shell } from '../../strings';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { ListPage } from '../../ui/ListPage';
import { Time } from '../../ui/Time';
import type { VersionItem } from './api';
import { StartExecution } from './StartExecution';
import { strings } from './strings';

export function VersionsTab({ arn }: { arn: string }) {
  const pages = usePages<VersionItem>('states', 'ListStateMachineVersions', { stateMachineArn: arn, maxResults: 1000 }, 'stateMachineVersions');
  const [deleting, setDeleting] = useState<VersionItem>();
  const [starting, setStarting] = useState<VersionItem>();
  const publish = useAction<{ stateMachineArn: string }>('states', 'PublishStateMachineVersion', { said: () => strings.machine.published });
  const remove = useAction<{ stateMachineVersionArn: string }>('states', 'DeleteStateMachineVersion', { done: () => setDeleting(undefined) });
  return (
    <>
      <ListPage
        title={strings.machine.versions}
        what="versions"
        variant="container"
        pages={pages}
        id={(one) => one.stateMachineVersionArn}
        name={(one) => arnName(one.stateMachineVersionArn)}
        text={(one) => arnName(one.stateMachineVersionArn)}
        select="single"
        columns={[
          { id: 'version', header: strings.machine.version, cell: (one) => arnName(one.stateMachineVersionArn), isRowHeader: true },
          { id: 'created', header: strings.created, cell: (one) => <Time at={one.creationDate} />, sortingField: 'creationDate' },
          { id: 'arn', header: strings.arn, cell: (one) => one.stateMachineVersionArn },
        ]}
        actions={([one]) => (
          <>
            <Button disabled={!one} onClick={() => setDeleting(one)}>{shell.delete}</Button>
            <Button disabled={!one} onClick={() => setStarting(one)}>{strings.startExecution}</Button>
            <Button variant="primary" loading={publish.isPending} onClick={() => publish.mutate({ stateMachineArn: arn })}>{strings.machine.publishVersion}</Button>
          </>
        )}
      />
      {deleting && (
        <ConfirmDelete
          what={`${strings.machine.version} ${arnName(deleting.stateMachineVersionArn)}`}
          busy={remove.isPending}
          onClose={() => setDeleting(undefined)}
          onConfirm={() => remove.mutate({ stateMachineVersionArn: deleting.stateMachineVersionArn })}
        />
      )}
      {starting && <StartExecution arn={starting.stateMachineVersionArn} type="STANDARD" plain onClose={() => setStarting(undefined)} />}
    </>
  );
}
