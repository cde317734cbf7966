import Box from '@cloudscape-design/components/box';
import Modal from '@cloudscape-design/components/modal';
import SpaceBetween from '@cloudscape-design/components/space-between';

import { useSettings } from '../app/settings';
import { useAsked } from '../aws/asked';
import { command } from '../aws/cli';
import { strings } from '../strings';
import { CopyButton } from './CopyButton';

/** What the page asked of the server, as commands to copy. */
export function Commands({ onClose }: { onClose: () => void }) {
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
