import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useEffect, useState } from 'react';

import { useSettings } from '../app/settings';
import { useAsked } from '../aws/asked';
import { command } from '../aws/cli';
import { strings } from '../strings';
import { CopyButton } from './CopyButton';

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
      {open && <Commands onClose={() => setOpen(false)} />}
    </>
  );
}

function Commands({ onClose }: { onClose: () => void }) {
  const asked = useAsked();
  const { region } = useSettings();
  return (
    <Modal visible size="large" header={strings.cli.title} onDismiss={onClose}>
      <SpaceBetween size="s">
        <Box color="text-body-secondary">{asked.length ? strings.cli.explain : strings.cli.none}</Box>
        {asked.map((call) => (
          <CliCommand key={JSON.stringify(call)} text={command(call, location.origin, region)} label={call.operation} />
        ))}
      </SpaceBetween>
    </Modal>
  );
}

/** One command with its button. */
export function CliCommand({ text, label }: { text: string; label: string }) {
  return (
    <div className="tx-command">
      <pre className="tx-mono tx-pre">{text}</pre>
      <CopyButton text={text} label={strings.cli.copy(label)} icon />
    </div>
  );
}
