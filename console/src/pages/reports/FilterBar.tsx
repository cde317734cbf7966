import Button from '@cloudscape-design/components/button';
import ButtonDropdown from '@cloudscape-design/components/button-dropdown';
import Multiselect from '@cloudscape-design/components/multiselect';
import FormField from '@cloudscape-design/components/form-field';
import { useQuery } from '@tanstack/react-query';

import { type Filter, type Report, reports } from './api';
import { strings } from './strings';
import { same } from './toggled';

interface Props {
  report: Report;
  revision: string;
  /** columns that the report shows, which can be filtered on */
  columns: { dataSetIdentifier: string; columnName: string }[];
  filters: Filter[];
  onChange: (filters: Filter[]) => void;
}

/** The filters of a report that its reader sets; they hold for every visual of the data set. */
export function FilterBar({ report, revision, columns, filters, onChange }: Props) {
  const free = columns.filter((column) => !filters.some((filter) => same(filter, column)));
  return (
    <div className="tx-filter-bar" role="group" aria-label={strings.filters}>
      <ButtonDropdown
        items={free.map((column, index) => ({ id: String(index), text: column.columnName }))}
        disabled={free.length === 0}
        onItemClick={({ detail }) => {
          const column = free[Number(detail.id)];
          if (column) onChange([...filters, { ...column, values: [] }]);
        }}
      >
        {strings.addFilter}
      </ButtonDropdown>
      {filters.map((filter) => (
        <OneFilter
          key={`${filter.dataSetIdentifier} ${filter.columnName}`}
          report={report}
          revision={revision}
          filter={filter}
          onChange={(changed) => onChange(filters.map((one) => (one === filter ? changed : one)))}
          onRemove={() => onChange(filters.filter((one) => one !== filter))}
        />
      ))}
      {filters.length > 0 && <Button variant="link" onClick={() => onChange([])}>{strings.clearFilters}</Button>}
    </div>
  );
}

const NULL = '\u0000';

function OneFilter({ report, revision, filter, onChange, onRemove }: { report: Report; revision: string; filter: Filter; onChange: (filter: Filter) => void; onRemove: () => void }) {
  const { dataSetIdentifier, columnName } = filter;
  const known = useQuery({
    queryKey: ['values', revision, dataSetIdentifier, columnName],
    queryFn: ({ signal }) => reports.values(report, dataSetIdentifier, columnName, signal),
    staleTime: 60_000,
  });
  const option = (value: string | null) => ({ value: value ?? NULL, label: value === null ? strings.empty : value });
  return (
    <FormField label={strings.filterOn(columnName)}>
      <div className="tx-visual-head">
        <Multiselect
          selectedOptions={(filter.values ?? []).map(option)}
          options={known.data?.values.map(option) ?? []}
          statusType={known.isPending ? 'loading' : known.error ? 'error' : 'finished'}
          filteringType="auto"
          placeholder={strings.filterOn(columnName)}
          onChange={({ detail }) => onChange({ ...filter, values: detail.selectedOptions.map(({ value }) => (value === NULL ? null : (value ?? ''))) })}
        />
        <Button variant="icon" iconName="close" ariaLabel={strings.removeFilter(columnName)} onClick={onRemove} />
      </div>
    </FormField>
  );
}
