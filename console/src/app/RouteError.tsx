import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import { useRouteError } from 'react-router';

import { failureText } from '../aws/failure';
import { strings } from '../strings';

/** A page that failed to render, or whose code did not load; the shell around it stays usable. */
export function RouteError() {
  const error = useRouteError();
  return (
    <Alert
      type="error"
      header={<h1 className="tx-plain">{strings.error.title}</h1>}
      action={<Button onClick={() => location.reload()}>{strings.error.again}</Button>}
    >
      {failureText(error)}
    </Alert>
  );
}
