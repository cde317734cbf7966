import { useCollection } from '@cloudscape-design/collection-hooks';
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import Pagination from '@cloudscape-design/components/pagination';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table, { type TableProps } from '@cloudscape-design/components/table';
import TextFilter from '@cloudscape-design/components/text-filter';
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';

import { failureText } from '../aws/failure';
import { strings } from '../strings';
import { flat } from './flat';
import { useTableSettings } from './table-settings';

const TablePreferences = lazy(async () => ({ default: (await import('./TablePreferences')).TablePreferences }));

export interface Pages<Item> {
  items: Item[];
  loading: boolean;
  error: unknown;
  refreshing?: boolean;
  refresh?: () => void;
  more?: () => Promise<unknown>;
}

interface Props<Item> {
  title: string;
  /** the plural in running text: `state machines` */
  what: string;
  pages: Pages<Item>;
  columns: TableProps.ColumnDefinition<Item>[];
  id: (item: Item) => string;
  name?: (item: Item) => string;
  /** what the filter looks at */
  text: (item: Item) => string;
  description?: ReactNode;
  /** buttons of the header; they get what is selected */
  actions?: (selected: Item[]) => ReactNode;
  select?: 'single' | 'multi';
  /** further filters beside the text */
  filters?: ReactNode;
  empty?: ReactNode;
  /** what stands where there is nothing yet: what to do, and the button that does it */
  start?: { hint: string; action?: ReactNode };
  sort?: { column: number; descending?: boolean };
  variant?: TableProps.Variant;
  /** the header's level: `h1` of a page, `h2` of a table within one */
  level?: 'h1' | 'h2' | 'h3';
  pageSize?: number;
}

/** The recipe of every list: a table with filter, order, selection and pages, which reads on as one turns its pages. */
export function ListPage<Item>(props: Props<Item>) {
  const { pages, what, columns, id, variant = 'full-page', pageSize = 50 } = props;
  const [selected, setSelected] = useState<Item[]>([]);
  const [settings, setSettings] = useTableSettings(what, { pageSize, wrapLines: false }, columns.flatMap((column) => column.id ?? []));
  const [looked, look] = useLookedFor(variant === 'full-page' || props.level === 'h1' ? 'find' : `find-${what.replace(/\W+/g, '-')}`);
  const sorting = props.sort && columns[props.sort.column];
  const { items, filterProps, paginationProps, collectionProps, filteredItemsCount } = useCollection(pages.items, {
    filtering: {
      defaultFilteringText: looked,
      filteringFunction: (item, text) => props.text(item).toLowerCase().includes(text.toLowerCase().trim()),
      empty: <Empty>{props.empty ?? (props.start ? <Start none={strings.table.none(what)} {...props.start} /> : strings.table.none(what))}</Empty>,
      noMatch: <Empty>{strings.table.noMatch}</Empty>,
    },
    pagination: { pageSize: settings.pageSize },
    sorting: sorting ? { defaultState: { sortingColumn: sorting, isDescending: props.sort?.descending } } : {},
  });
  const filtering = filterProps.filteringText !== '';
  useReadOn(pages, filtering || paginationProps.currentPageIndex >= (paginationProps.pagesCount ?? 0));
  // a row that was read again is another object; it is still the selected one
  const chosen = selected.flatMap((old) => pages.items.filter((item) => id(item) === id(old)));
  const count = pages.loading ? undefined : `(${pages.items.length.toLocaleString()}${pages.more ? '+' : ''})`;
  return (
    <SpaceBetween size="m">
      {pages.error ? <Alert type="error" header={strings.table.none(what)}>{failureText(pages.error)}</Alert> : null}
      <Table
        {...collectionProps}
        variant={variant}
        items={items as Item[]}
        trackBy={id}
        columnDefinitions={columns}
        visibleColumns={settings.columns}
        wrapLines={settings.wrapLines}
        loading={pages.loading}
        loadingText={strings.table.loadingItems(what)}
        stickyHeader={variant === 'full-page'}
        resizableColumns={false}
        selectionType={props.select}
        selectedItems={chosen}
        onSelectionChange={({ detail }) => setSelected(detail.selectedItems)}
        ariaLabels={{
          tableLabel: props.title,
          selectionGroupLabel: props.title,
          allItemsSelectionLabel: () => strings.table.selectAll,
          itemSelectionLabel: (_, item) => strings.table.select((props.name ?? id)(item)),
        }}
        header={
          <Header
            variant={variant === 'full-page' && props.level === undefined ? 'awsui-h1-sticky' : (props.level ?? 'h2')}
            counter={count}
            description={props.description}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                {pages.refresh && <Button iconName="refresh" ariaLabel={strings.refresh} loading={pages.refreshing && !pages.loading} onClick={pages.refresh} />}
                {props.actions && <SpaceBetween direction="horizontal" size="xs">{flat(props.actions(chosen))}</SpaceBetween>}
              </SpaceBetween>
            }
          >
            {props.title}
          </Header>
        }
        filter={
          <div className="tx-filters">
            <TextFilter
              {...filterProps}
              onChange={(event) => {
                filterProps.onChange(event);
                look(event.detail.filteringText);
              }}
              filteringPlaceholder={strings.table.filter(what)}
              filteringAriaLabel={strings.table.filter(what)}
              countText={strings.table.matches(filteredItemsCount ?? 0)}
            />
            {props.filters}
          </div>
        }
        pagination={<Pagination {...paginationProps} openEnd={pages.more !== undefined} />}
        preferences={
          variant !== 'embedded' && (
            <Suspense fallback={<span className="tx-gear" />}>
              <TablePreferences settings={settings} onChange={setSettings} columns={columns.flatMap(({ id, header }) => (id === undefined ? [] : [{ id, label: String(header) }]))} />
            </Suspense>
          )
        }
      />
    </SpaceBetween>
  );
}

/** What is looked for, which is in the address: it is there again when one comes back. */
function useLookedFor(param: string): [string, (text: string) => void] {
  const [query, setQuery] = useSearchParams();
  const set = (text: string) =>
    setQuery(
      (old) => {
        const next = new URLSearchParams(old);
        if (text) next.set(param, text);
        else next.delete(param);
        return next;
      },
      { replace: true },
    );
  return [query.get(param) ?? '', set];
}

/** Reads the next page when the user came to the end of what is there, or looks for something in all of it. */
function useReadOn<Item>(pages: Pages<Item>, wanted: boolean) {
  const { more } = pages;
  const count = pages.items.length;
  useEffect(() => {
    if (wanted && more && count > 0 && count < MOST) void more();
  }, [wanted, count, more !== undefined]);
}

/** A list is read up to here; whoever looks for more is better served by the API's own filters. */
const MOST = 20_000;

function Start({ none, hint, action }: { none: string; hint: string; action?: ReactNode }) {
  return (
    <SpaceBetween size="xs">
      <b>{none}</b>
      <span>{hint}</span>
      {action}
    </SpaceBetween>
  );
}

function Empty({ children }: { children: ReactNode }) {
  return (
    <Box textAlign="center" color="text-body-secondary" padding="m">
      {children}
    </Box>
  );
}
