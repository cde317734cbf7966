import Box from '@cloudscape-design/components/box';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Select from '@cloudscape-design/components/select';
import { useMemo, useState } from 'react';

import { Chart } from '../../../chart/Chart';
import { type Choice, KINDS, type Kind, propose, specOf } from '../../../chart/spec';
import { type Column, isNumber, type Row } from '../../../grid/columns';
import { strings } from '../strings';

const NONE = { value: '', label: strings.none };

/** Draws a result as a chart that its columns' types propose and the user can change. */
export function ChartResult({ columns, rows, total }: { columns: Column[]; rows: Row[]; total: number }) {
  const [choice, setChoice] = useState<Choice | undefined>(() => propose(columns));
  const spec = useMemo(() => choice && specOf(choice, columns, rows), [choice, columns, rows]);
  if (!choice || !spec) return <Box color="text-body-secondary">{strings.chartNothing}</Box>;
  const all = columns.map((column) => ({ value: column.name, label: column.name }));
  const numbers = columns.filter((column) => isNumber(column.type)).map((column) => ({ value: column.name, label: column.name }));
  const change = (part: Partial<Choice>) => setChoice({ ...choice, ...part });
  return (
    <SpaceBetween size="s">
      <SpaceBetween direction="horizontal" size="s">
        <Select
          inlineLabelText={strings.chartKind}
          selectedOption={{ value: choice.kind, label: strings.kinds[choice.kind] }}
          options={KINDS.map((kind) => ({ value: kind, label: strings.kinds[kind] }))}
          onChange={({ detail }) => change({ kind: detail.selectedOption.value as Kind })}
        />
        <Select inlineLabelText={strings.chartX} selectedOption={{ value: choice.x, label: choice.x }} options={all} onChange={({ detail }) => change({ x: detail.selectedOption.value })} />
        <Select inlineLabelText={strings.chartY} selectedOption={{ value: choice.y, label: choice.y }} options={numbers} onChange={({ detail }) => change({ y: detail.selectedOption.value })} />
        <Select
          inlineLabelText={strings.chartColor}
          selectedOption={choice.color ? { value: choice.color, label: choice.color } : NONE}
          options={[NONE, ...all]}
          onChange={({ detail }) => change({ color: detail.selectedOption.value || undefined })}
        />
      </SpaceBetween>
      {rows.length < total && <Box color="text-body-secondary">{strings.chartRows(rows.length)}</Box>}
      <Chart spec={spec} label={`${strings.kinds[choice.kind]}: ${choice.y}, ${choice.x}`} />
    </SpaceBetween>
  );
}
