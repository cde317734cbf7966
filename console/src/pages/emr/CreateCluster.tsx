import Autosuggest from '@cloudscape-design/components/autosuggest';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, useState } from 'react';

import { failureText } from '../../aws/failure';
import { useAction, useCall } from '../../aws/queries';
import { strings } from '../../strings';
import { words } from './words';

interface Input {
  name: string;
  containerProvider: { type: 'EKS'; id: string; info: { eksInfo: { namespace: string } } };
}

export function CreateCluster({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [eks, setEks] = useState('');
  const [namespace, setNamespace] = useState('');
  const [tried, setTried] = useState(false);
  const known = useCall<{ clusters: string[] }>('eks', 'ListClusters');
  const create = useAction<Input>('emr-containers', 'CreateVirtualCluster', {
    said: (input) => words.clusterCreated(input.name),
    done: onClose,
    quiet: true,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    setTried(true);
    if (!name || !eks || !namespace) return;
    create.mutate({ name, containerProvider: { type: 'EKS', id: eks, info: { eksInfo: { namespace } } } });
  }
  const missing = (value: string) => (tried && !value ? words.noValue : undefined);
  return (
    <Modal visible header={words.createCluster} onDismiss={onClose}>
      <form onSubmit={submit}>
        <Form
          errorText={create.error ? failureText(create.error) : undefined}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" onClick={onClose}>
                {strings.cancel}
              </Button>
              <Button variant="primary" loading={create.isPending}>
                {strings.create}
              </Button>
            </SpaceBetween>
          }
        >
          <SpaceBetween size="m">
            <FormField label={words.name} errorText={missing(name)}>
              <Input value={name} autoFocus onChange={({ detail }) => setName(detail.value)} />
            </FormField>
            <FormField label={words.eksCluster} description={words.eksClusterHelp} errorText={missing(eks)}>
              <Autosuggest
                value={eks}
                options={(known.data?.clusters ?? []).map((value) => ({ value }))}
                enteredTextLabel={(value) => value}
                onChange={({ detail }) => setEks(detail.value)}
                empty={<Box color="text-body-secondary">{strings.table.noMatch}</Box>}
              />
            </FormField>
            <FormField label={words.namespace} description={words.namespaceHelp} errorText={missing(namespace)}>
              <Input value={namespace} onChange={({ detail }) => setNamespace(detail.value)} />
            </FormField>
          </SpaceBetween>
        </Form>
      </form>
    </Modal>
  );
}
