import ExpandableSection from '@cloudscape-design/components/expandable-section';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tabs from '@cloudscape-design/components/tabs';

import type { Report } from './api';
import { type Asked, sent } from './asked';
import { ControlBar } from './controls/ControlBar';
import { controlsOf } from './controls/definition';
import { FilterBar } from './FilterBar';
import { dimensionsOf } from './filters';
import { EVERYTHING, type Offered } from './offered';
import { strings } from './strings';
import { toggled } from './toggled';
import type { Definition, Sheet } from './visual/definition';
import { SheetView } from './visual/SheetView';

interface Props {
  report: Report;
  revision: string;
  definition: Definition;
  asked: Asked;
  onAsk: (asked: Asked) => void;
  /** the id of the sheet that is shown; the first one without */
  sheet: string | undefined;
  onSheet: (id: string) => void;
  offered?: Offered;
  /** the sheets' tabs are hidden */
  single?: boolean;
}

/** A dashboard for its readers: filters, the sheets as tabs, each with its controls and visuals. */
export function DashboardView({ report, revision, definition, asked, onAsk, sheet: chosen, onSheet, offered = EVERYTHING, single }: Props) {
  const sheets = definition.Sheets ?? [];
  const at = sheets.find(({ SheetId }) => SheetId === chosen) ?? sheets[0];
  const view = (sheet: Sheet) => (
    <SpaceBetween size="m">
      <Controls open={offered.controlsOpen} any={controlsOf(definition, sheet).length > 0}>
        <ControlBar report={report} revision={revision} definition={definition} sheet={sheet} asked={asked} onAsk={onAsk} />
      </Controls>
      <SheetView report={report} revision={revision} definition={definition} sheet={sheet} asked={sent(asked)} offered={offered} onFilter={(marked) => onAsk({ ...asked, filters: toggled(asked.filters, marked) })} />
    </SpaceBetween>
  );
  const bar = offered.adHocFiltering || asked.filters.length > 0;
  return (
    <SpaceBetween size="m">
      {bar && <FilterBar report={report} revision={revision} columns={offered.adHocFiltering ? dimensionsOf(definition) : []} filters={asked.filters} onChange={(filters) => onAsk({ ...asked, filters })} />}
      {sheets.length > 1 && !single ? (
        <Tabs
          ariaLabel={strings.sheets}
          activeTabId={at?.SheetId}
          onChange={({ detail }) => onSheet(detail.activeTabId)}
          tabs={sheets.map((sheet, index) => ({ id: sheet.SheetId, label: sheet.Name ?? strings.sheet(index + 1), content: view(sheet) }))}
        />
      ) : (
        at && view(at)
      )}
    </SpaceBetween>
  );
}

/** Controls that their report has folded are behind a word. */
function Controls({ open, any, children }: { open: boolean; any: boolean; children: React.ReactNode }) {
  if (open || !any) return children;
  return <ExpandableSection headerText={strings.controls}>{children}</ExpandableSection>;
}
