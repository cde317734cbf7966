import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { type ReactNode, useEffect, useRef } from 'react';
import { useBlocker } from 'react-router';

import { strings } from '../strings';

/**
 * Asks before a page with changes is left: the browser where it leaves the console, a dialog where it goes on within. Returns what says
 * that they are saved, and the dialog.
 */
export function useUnsaved(changed: boolean): [saved: () => void, dialog: ReactNode] {
  const saved = useRef(false);
  useEffect(() => {
    if (changed) saved.current = false;
    function ask(event: BeforeUnloadEvent) {
      if (changed && !saved.current) event.preventDefault();
    }
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [changed]);
  const blocker = useBlocker(({ currentLocation, nextLocation }) => changed && !saved.current && currentLocation.pathname !== nextLocation.pathname);
  const dialog = blocker.state === 'blocked' && (
    <Modal
      visible
      header={strings.unsaved.title}
      onDismiss={blocker.reset}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" onClick={blocker.reset}>{strings.unsaved.stay}</Button>
            <Button variant="primary" onClick={blocker.proceed}>{strings.unsaved.leave}</Button>
          </SpaceBetween>
        </Box>
      }
    >
      {strings.unsaved.text}
    </Modal>
  );
  const say = () => {
    saved.current = true;
  };
  return [say, dialog];
}
