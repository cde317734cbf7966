import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Form from '@cloudscape-design/components/form';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type FormEvent, useState } from 'react';

import { failureText } from '../aws/failure';
import { signIn } from '../aws/session';
import { strings } from '../strings';

export function SignIn() {
  const [accessKeyId, setAccessKeyId] = useState('');
  const [secretAccessKey, setSecretAccessKey] = useState('');
  const [error, setError] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  async function submit(event: FormEvent) {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await signIn({ accessKeyId, secretAccessKey });
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  }
  return (
    <main id="tx-main" tabIndex={-1}>
      <Box padding="xxl">
        <form onSubmit={submit}>
          <Form actions={<Button variant="primary" formAction="submit" loading={busy}>{strings.signIn.submit}</Button>}>
            <Container header={<Header variant="h1" description={strings.signIn.why}>{strings.signIn.title}</Header>}>
              <SpaceBetween size="l">
                {error !== undefined && <Alert type="error">{failureText(error)}</Alert>}
                <FormField label={strings.signIn.accessKeyId}>
                  <Input value={accessKeyId} autoFocus name="accessKeyId" autoComplete="username" spellcheck={false} onChange={({ detail }) => setAccessKeyId(detail.value)} />
                </FormField>
                <FormField label={strings.signIn.secretAccessKey}>
                  <Input value={secretAccessKey} type="password" name="secretAccessKey" autoComplete="current-password" onChange={({ detail }) => setSecretAccessKey(detail.value)} />
                </FormField>
              </SpaceBetween>
            </Container>
          </Form>
        </form>
      </Box>
    </main>
  );
}
