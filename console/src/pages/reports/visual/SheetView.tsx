import type { ReactNode } from 'react';

import type { Filter, Report } from '../api';
import { type Asked, concerning } from '../asked';
import { dependsOn } from '../controls/definition';
import type { Offered } from '../offered';
import { bodyOf, type Definition, layoutOf, type Sheet, type Visual } from './definition';
import { VisualCard } from './VisualCard';

interface Props {
  report: Report;
  revision: string;
  definition: Definition;
  sheet: Sheet;
  asked: Asked;
  onFilter?: (filters: Filter[]) => void;
  chosen?: string;
  /** what the editor adds to a visual's head */
  head?: (visual: Visual) => ReactNode;
  offered?: Offered;
}

/** The visuals of a sheet on its grid of 36 columns. */
export function SheetView({ report, revision, definition, sheet, asked, onFilter, chosen, head, offered }: Props) {
  const layout = new Map(layoutOf(sheet).map((element) => [element.ElementId, element]));
  return (
    <div className="tx-sheet">
      {(sheet.Visuals ?? []).map((visual) => {
        const id = bodyOf(visual).VisualId;
        const at = layout.get(id);
        const start = at?.ColumnIndex === undefined ? '' : `${at.ColumnIndex + 1} / `;
        return (
          <div key={id} style={{ gridColumn: `${start}span ${at?.ColumnSpan ?? 18}` }}>
            <VisualCard
              report={report}
              // a visual is asked again when it changed, not when its neighbours did
              revision={`${revision} ${'definition' in report ? JSON.stringify(visual) : ''}`}
              sheetId={sheet.SheetId}
              visual={visual}
              asked={concerning(asked, dependsOn(definition, sheet.SheetId, visual))}
              onFilter={onFilter}
              chosen={chosen === id}
              head={head?.(visual)}
              offered={offered}
            />
          </div>
        );
      })}
    </div>
  );
}
