/** A dashboard's or an analysis's Definition, as QuickSight spells it; what is not named here is kept as it is. */
export interface Definition {
  DataSetIdentifierDeclarations: { Identifier: string; DataSetArn: string }[];
  Sheets?: Sheet[];
  [more: string]: unknown;
}

export interface Sheet {
  SheetId: string;
  Name?: string;
  Visuals?: Visual[];
  Layouts?: { Configuration: { GridLayout?: { Elements: GridElement[]; [more: string]: unknown }; [more: string]: unknown } }[];
  [more: string]: unknown;
}

export interface GridElement {
  ElementId: string;
  ElementType: 'VISUAL' | string;
  ColumnSpan: number;
  RowSpan: number;
  ColumnIndex?: number;
  RowIndex?: number;
}

/** One member: `{BarChartVisual: {…}}`. */
export type Visual = Record<string, VisualBody>;

export interface VisualBody {
  VisualId: string;
  Title?: { Visibility?: string; FormatText?: { PlainText?: string } };
  ChartConfiguration?: { FieldWells?: Record<string, unknown>; [more: string]: unknown };
  [more: string]: unknown;
}

/** QuickSight's grid has 36 columns. */
export const GRID_COLUMNS = 36;
const FIRST_SPAN = { ColumnSpan: 18, RowSpan: 12 };

export function bodyOf(visual: Visual): VisualBody {
  return Object.values(visual)[0] ?? { VisualId: '' };
}

export function titleOf(visual: Visual): string | undefined {
  return bodyOf(visual).Title?.FormatText?.PlainText;
}

/** Returns where each visual of a sheet stands: by its grid, or one after the other where it has none. */
export function layoutOf(sheet: Sheet): GridElement[] {
  const kept = sheet.Layouts?.[0]?.Configuration.GridLayout?.Elements ?? [];
  return (sheet.Visuals ?? []).map((visual) => {
    const id = bodyOf(visual).VisualId;
    return kept.find((element) => element.ElementId === id) ?? { ElementId: id, ElementType: 'VISUAL', ...FIRST_SPAN };
  });
}

/** Returns a sheet in whose grid the elements stand in this order, row after row, as many as fit. */
export function arranged(sheet: Sheet, elements: GridElement[]): Sheet {
  let column = 0;
  let row = 0;
  let height = 0;
  const placed = elements.map((element) => {
    if (column + element.ColumnSpan > GRID_COLUMNS) {
      column = 0;
      row += height;
      height = 0;
    }
    const at = { ...element, ColumnIndex: column, RowIndex: row };
    column += element.ColumnSpan;
    height = Math.max(height, element.RowSpan);
    return at;
  });
  const order = new Map(placed.map((element, index) => [element.ElementId, index]));
  const visuals = [...(sheet.Visuals ?? [])].sort((a, b) => (order.get(bodyOf(a).VisualId) ?? 0) - (order.get(bodyOf(b).VisualId) ?? 0));
  const [first, ...others] = sheet.Layouts ?? [];
  const configuration = { ...first?.Configuration, GridLayout: { ...first?.Configuration.GridLayout, Elements: placed } };
  return { ...sheet, Visuals: visuals, Layouts: [{ ...first, Configuration: configuration }, ...others] };
}

/** Returns a sheet with one visual more, after all others. */
export function withVisual(sheet: Sheet, visual: Visual): Sheet {
  const next = { ...sheet, Visuals: [...(sheet.Visuals ?? []), visual] };
  return arranged(next, layoutOf(next));
}

export function withoutVisual(sheet: Sheet, id: string): Sheet {
  const next = { ...sheet, Visuals: (sheet.Visuals ?? []).filter((visual) => bodyOf(visual).VisualId !== id) };
  return arranged(next, layoutOf(next));
}

export function replaced(sheet: Sheet, id: string, visual: Visual): Sheet {
  return { ...sheet, Visuals: (sheet.Visuals ?? []).map((old) => (bodyOf(old).VisualId === id ? visual : old)) };
}

/** Returns the element `by` places later (or earlier) in the sheet. */
export function moved(sheet: Sheet, id: string, by: number): Sheet {
  const elements = layoutOf(sheet);
  const from = elements.findIndex((element) => element.ElementId === id);
  const to = Math.min(elements.length - 1, Math.max(0, from + by));
  const [element] = elements.splice(from, 1);
  if (element) elements.splice(to, 0, element);
  return arranged(sheet, elements);
}

export function resized(sheet: Sheet, id: string, span: Partial<Pick<GridElement, 'ColumnSpan' | 'RowSpan'>>): Sheet {
  return arranged(sheet, layoutOf(sheet).map((element) => (element.ElementId === id ? { ...element, ...span } : element)));
}
