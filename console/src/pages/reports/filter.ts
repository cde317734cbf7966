/** A filter that the reader of a report set: one of these values, or a range. */
export interface Filter {
  dataSetIdentifier: string;
  columnName: string;
  values?: (string | null)[];
  /** the unit that a value of a date stands for */
  granularity?: string;
  min?: string;
  max?: string;
  /** the range is up to `max`, without it */
  open?: boolean;
  /** all but the values */
  without?: boolean;
}
