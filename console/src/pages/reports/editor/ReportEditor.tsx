import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useMemo, useState } from 'react';

import { go } from '../../../app/go';
import { paths } from '../../../app/paths';
import { useAction } from '../../../aws/queries';
import { newId, useAccount } from '../account';
import { FilterBar } from '../FilterBar';
import { type Asked, NOTHING, sent } from '../asked';
import { ControlBar } from '../controls/ControlBar';
import { dimensionsOf } from '../filters';
import { strings } from '../strings';
import { toggled } from '../toggled';
import { bodyOf, type Definition, moved, replaced, type Sheet, titleOf, type Visual, withoutVisual, withVisual } from '../visual/definition';
import { build } from '../visual/fields';
import { SheetView } from '../visual/SheetView';
import { CalculatedFields, useCalculated } from './CalculatedFields';
import { FieldList } from './FieldList';
import { Filters } from './Filters';
import { Parameters } from './Parameters';
import { Publish } from './Publish';
import { useDataSet } from './useDataSet';
import { VisualForm } from './VisualForm';

interface Props {
  /** of an analysis that is stored already */
  id?: string;
  name: string;
  definition: Definition;
}

/** Edits a report: the fields to the left, the sheet as its readers see it, what the chosen visual shows to the right. */
export function ReportEditor({ id, name: firstName, definition: first }: Props) {
  const account = useAccount();
  const [definition, setDefinition] = useState(first);
  const [name, setName] = useState(firstName);
  const [asked, ask] = useState<Asked>(NOTHING);
  const sheet: Sheet = definition.Sheets?.[0] ?? { SheetId: 'sheet-1' };
  const visuals = sheet.Visuals ?? [];
  const [chosenId, setChosenId] = useState(() => visuals[0] && bodyOf(visuals[0]).VisualId);
  const chosen = visuals.find((visual) => bodyOf(visual).VisualId === chosenId);
  const [publishing, setPublishing] = useState(false);
  const declaration = definition.DataSetIdentifierDeclarations[0];
  const own = useDataSet(declaration?.DataSetArn);
  const dataSet = declaration?.Identifier ?? '';
  const calculated = useCalculated(definition, dataSet);
  const columns = useMemo(() => [...own, ...calculated], [own, calculated]);
  const parts = { definition, columns, dataSet, onChange: setDefinition };
  const setSheet = (next: Sheet) => setDefinition({ ...definition, Sheets: [next, ...(definition.Sheets ?? []).slice(1)] });
  const create = useAction<object, { AnalysisId: string }>('quicksight', 'CreateAnalysis', { said: () => strings.saved, done: ({ AnalysisId }) => go(paths.analysis(AnalysisId), { replace: true }) });
  const update = useAction<object>('quicksight', 'UpdateAnalysis', { said: () => strings.saved });
  const saved = { AwsAccountId: account, Name: name, Definition: definition };
  const save = () => (id ? update.mutate({ ...saved, AnalysisId: id }) : create.mutate({ ...saved, AnalysisId: newId() }));
  function add(visual: Visual) {
    setSheet(withVisual(sheet, visual));
    setChosenId(bodyOf(visual).VisualId);
  }
  return (
    <SpaceBetween size="m">
      <Header
        variant="h1"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button loading={create.isPending || update.isPending} onClick={save}>{strings.save}</Button>
            <Button variant="primary" disabled={visuals.length === 0} onClick={() => setPublishing(true)}>{strings.publish}</Button>
          </SpaceBetween>
        }
      >
        {name || strings.untitled}
      </Header>
      <Input ariaLabel={strings.analysisName} value={name} onChange={({ detail }) => setName(detail.value)} />
      <FilterBar report={{ definition }} revision={`${id} ${dataSet}`} columns={dimensionsOf(definition)} filters={asked.filters} onChange={(filters) => ask({ ...asked, filters })} />
      <div className="tx-report-editor">
        <SpaceBetween size="l">
          <FieldList columns={columns} onAdd={() => add(build('bar', {}, columns, dataSet, undefined, newId(), false))} dataSetArn={declaration?.DataSetArn} onSuggested={(visual) => add(visual)} dataSet={dataSet} />
          <CalculatedFields {...parts} />
          <Parameters {...parts} />
          <Filters {...parts} />
        </SpaceBetween>
        <SpaceBetween size="m">
          <ControlBar report={{ definition }} revision={`${id} ${dataSet}`} definition={definition} sheet={sheet} asked={asked} onAsk={ask} />
          {visuals.length === 0 && <Box textAlign="center" color="text-body-secondary" padding="xxl">{strings.noVisuals}</Box>}
          <SheetView
            report={{ definition }}
            revision={`editor ${id ?? ''} ${shared(definition)}`}
            definition={definition}
            sheet={sheet}
            asked={sent(asked)}
            onFilter={(marked) => ask({ ...asked, filters: toggled(asked.filters, marked) })}
            chosen={chosenId}
            head={(visual) => (
              <Head
                title={titleOf(visual) ?? bodyOf(visual).VisualId}
                chosen={bodyOf(visual).VisualId === chosenId}
                onChoose={() => setChosenId(bodyOf(visual).VisualId)}
                onMove={(by) => setSheet(moved(sheet, bodyOf(visual).VisualId, by))}
                onRemove={() => setSheet(withoutVisual(sheet, bodyOf(visual).VisualId))}
              />
            )}
          />
        </SpaceBetween>
        {chosen ? (
          <VisualForm
            key={chosenId}
            visual={chosen}
            sheet={sheet}
            columns={columns}
            dataSet={dataSet}
            onChange={(visual) => setSheet(replaced(sheet, bodyOf(chosen).VisualId, visual))}
            onSheet={setSheet}
          />
        ) : (
          <Box color="text-body-secondary">{strings.chooseVisual}</Box>
        )}
      </div>
      {publishing && <Publish name={name} definition={definition} analysis={id} onClose={() => setPublishing(false)} />}
    </SpaceBetween>
  );
}

/** Returns what of a definition each of its visuals depends on. */
function shared({ DataSetIdentifierDeclarations, CalculatedFields, ParameterDeclarations, FilterGroups }: Definition): string {
  return JSON.stringify([DataSetIdentifierDeclarations, CalculatedFields, ParameterDeclarations, FilterGroups]);
}

function Head({ title, chosen, onChoose, onMove, onRemove }: { title: string; chosen: boolean; onChoose: () => void; onMove: (by: number) => void; onRemove: () => void }) {
  return (
    <>
      <Button variant="icon" iconName={chosen ? 'check' : 'edit'} ariaLabel={`${strings.edit} ${title}`} onClick={onChoose} />
      <Button variant="icon" iconName="angle-left" ariaLabel={`${strings.moveEarlier} ${title}`} onClick={() => onMove(-1)} />
      <Button variant="icon" iconName="angle-right" ariaLabel={`${strings.moveLater} ${title}`} onClick={() => onMove(1)} />
      <Button variant="icon" iconName="remove" ariaLabel={`${strings.removeVisual} ${title}`} onClick={onRemove} />
    </>
  );
}
