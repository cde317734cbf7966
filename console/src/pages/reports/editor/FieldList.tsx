import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Checkbox from '@cloudscape-design/components/checkbox';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { useFlash } from '../../../app/flash';
import { type OutputColumn, reports } from '../api';
import { strings } from '../strings';
import type { Visual } from '../visual/definition';

interface Props {
  columns: OutputColumn[];
  dataSet: string;
  dataSetArn: string | undefined;
  onAdd: () => void;
  onSuggested: (visual: Visual) => void;
}

/** The columns of the data set. Those that are ticked make a quick report: a chart chosen by their types. */
export function FieldList({ columns, dataSet, dataSetArn, onAdd, onSuggested }: Props) {
  const [ticked, setTicked] = useState<string[]>([]);
  const [busy, setBusy] = useState(false);
  const flash = useFlash();
  const id = /:dataset\/(.+)$/.exec(dataSetArn ?? '')?.[1] ?? '';
  async function suggest() {
    setBusy(true);
    try {
      const { visual } = await reports.suggest(id, ticked);
      onSuggested(visual as Visual);
      setTicked([]);
    } catch (error) {
      flash.failure(error, strings.quickReport);
    } finally {
      setBusy(false);
    }
  }
  return (
    <SpaceBetween size="s">
      <Header variant="h2" description={dataSet}>{strings.fields}</Header>
      <div role="group" aria-label={strings.fields}>
        {columns.map((column) => (
          <Checkbox
            key={column.Name}
            checked={ticked.includes(column.Name)}
            description={column.Type}
            onChange={({ detail }) => setTicked(detail.checked ? [...ticked, column.Name] : ticked.filter((name) => name !== column.Name))}
          >
            {column.Name}
          </Checkbox>
        ))}
      </div>
      {columns.length === 0 && <Box color="text-body-secondary">–</Box>}
      <Button disabled={ticked.length === 0} loading={busy} onClick={() => void suggest()}>{strings.quickReport}</Button>
      <Button iconName="add-plus" onClick={onAdd}>{strings.addVisual}</Button>
    </SpaceBetween>
  );
}
