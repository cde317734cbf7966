import Button from '@cloudscape-design/components/button';
import { lazy, Suspense, useEffect, useState } from 'react';

import { strings } from '../strings';

const Commands = lazy(async () => ({ default: (await import('./Commands')).Commands }));
const EVENT = 'taxiway:copy-as-cli';

/** Opens the list from anywhere: the palette has a command for it. */
export function openCopyAsCli() {
  document.dispatchEvent(new Event(EVENT));
}

/** The button of every page that shows what the page asked as commands of the AWS CLI. */
export function CopyAsCli() {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const show = () => setOpen(true);
    document.addEventListener(EVENT, show);
    return () => document.removeEventListener(EVENT, show);
  }, []);
  return (
    <>
      <Button variant="inline-link" iconName="copy" onClick={() => setOpen(true)}>
        {strings.cli.button}
      </Button>
      <Suspense fallback={null}>{open && <Commands onClose={() => setOpen(false)} />}</Suspense>
    </>
  );
}
