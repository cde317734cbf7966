import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

import { gone, see, test } from './harness/fixture';
import { screen } from './harness/screens';
import type { Server } from './harness/server';

const ACCOUNT = { AwsAccountId: '000000000000' };
const RIDES = 'green,Bronx,18.5,2020-01-31\ngreen,Queens,22,2020-03-15\nyellow,Queens,40,2020-02-01\nyellow,Manhattan,12,2020-01-15\nyellow,Manhattan,8,2020-01-05\n';

async function query(server: Server, sql: string) {
  const { QueryExecutionId } = await server.call<{ QueryExecutionId: string }>('athena', 'StartQueryExecution', { QueryString: sql });
  await expect
    .poll(async () => (await server.call<{ QueryExecution: { Status: { State: string } } }>('athena', 'GetQueryExecution', { QueryExecutionId })).QueryExecution.Status.State, { timeout: 20_000 })
    .toBe('SUCCEEDED');
}

const column = (name: string) => ({ DataSetIdentifier: 'rides', ColumnName: name });
const category = (name: string) => ({ CategoricalDimensionField: { FieldId: name, Column: column(name) } });
const value = (name: string, aggregation: string) => ({ NumericalMeasureField: { FieldId: `${name}-${aggregation}`, Column: column(name), AggregationFunction: { SimpleNumericalAggregation: aggregation } } });
const titled = (text: string) => ({ Title: { Visibility: 'VISIBLE', FormatText: { PlainText: text } } });

/** A SPICE data set of rides with an analysis of the visuals; both made once for the file. */
async function analysis(server: Server, id: string, Visuals: object[]) {
  const made = await server.call<{ Buckets?: { Name: string }[] }>('s3', 'ListBuckets', {});
  if (!made.Buckets?.some(({ Name }) => Name === 'rides')) {
    for (const Bucket of ['rides', 'answers']) await server.call('s3', 'CreateBucket', { Bucket });
    await server.call('athena', 'UpdateWorkGroup', { WorkGroup: 'primary', ConfigurationUpdates: { ResultConfigurationUpdates: { OutputLocation: 's3://answers/' } } });
    await server.call('s3', 'PutObject', { Bucket: 'rides', Key: 'rides/a.csv', Body: Buffer.from(RIDES).toString('base64') });
    await query(server, "CREATE EXTERNAL TABLE rides (type string, borough string, fare double, day date) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://rides/rides/'");
    const { Arn } = await server.call<{ Arn: string }>('quicksight', 'CreateDataSource', { ...ACCOUNT, DataSourceId: 'athena', Name: 'athena', Type: 'ATHENA', DataSourceParameters: { AthenaParameters: { WorkGroup: 'primary' } } });
    const InputColumns = [['type', 'STRING'], ['borough', 'STRING'], ['fare', 'DECIMAL'], ['day', 'DATETIME']].map(([Name, Type]) => ({ Name, Type }));
    await server.call('quicksight', 'CreateDataSet', { ...ACCOUNT, DataSetId: 'rides', Name: 'rides', ImportMode: 'DIRECT_QUERY', PhysicalTableMap: { t: { RelationalTable: { DataSourceArn: Arn, Catalog: 'AwsDataCatalog', Schema: 'default', Name: 'rides', InputColumns } } } });
  }
  const { DataSet } = await server.call<{ DataSet: { Arn: string } }>('quicksight', 'DescribeDataSet', { ...ACCOUNT, DataSetId: 'rides' });
  const Definition = { DataSetIdentifierDeclarations: [{ Identifier: 'rides', DataSetArn: DataSet.Arn }], Sheets: [{ SheetId: 'one', Name: 'One', Visuals }] };
  await server.call('quicksight', 'CreateAnalysis', { ...ACCOUNT, AnalysisId: id, Name: id, Definition });
}

/** The cells of a visual's table, row by row, without the rows' numbers. */
async function cells(visual: Locator): Promise<string[][]> {
  const rows = await visual.getByRole('row').all();
  const all = await Promise.all(rows.slice(1).map((row) => row.getByRole('gridcell').allInnerTexts()));
  return all;
}

async function choose(page: Page, field: Locator, option: string) {
  await field.click();
  await page.getByRole('option', { name: new RegExp(`^${option}( [A-Z]+)?$`) }).click();
}

/** Types a date where a picker has it. */
async function pick(controls: Locator, name: string, date: string) {
  const field = controls.getByRole('textbox', { name, exact: true });
  await field.fill(date);
  await field.press('Tab');
}

const download = async (page: Page, click: () => Promise<void>) => {
  const [file] = await Promise.all([page.waitForEvent('download'), click()]);
  return readFileSync(await file.path());
};

test('a parameter with its control, a calculated field and a filter of it: made in the editor, used on the dashboard, kept in its address', async ({ ui, server }) => {
  const { page } = ui;
  const table = { TableVisual: { VisualId: 't', ...titled('Fares'), ChartConfiguration: { FieldWells: { TableAggregatedFieldWells: { GroupBy: [category('type')], Values: [value('fare', 'SUM')] } } } } };
  await analysis(server, 'parameters', [table]);
  await ui.open('/reports/analyses/parameters');
  const visual = page.getByRole('region', { name: 'Fares', exact: true });
  await see(visual.getByRole('gridcell', { name: '40.5' }));

  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Add parameter' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Town');
  await dialog.getByRole('checkbox', { name: 'Multiple values' }).check();
  await dialog.getByRole('textbox', { name: 'Default value' }).fill('Queens');
  await dialog.getByRole('textbox', { name: 'Title of the control' }).fill('Where');
  await choose(page, dialog.getByRole('button', { name: /Values to choose from/ }), 'borough');
  await ui.axe();
  await dialog.getByRole('button', { name: 'Create' }).click();
  await gone(dialog);

  await page.getByRole('button', { name: 'Add parameter' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('Factor');
  await choose(page, dialog.getByRole('button', { name: /Type/ }), 'Number');
  await dialog.getByRole('textbox', { name: 'Default value' }).fill('ten');
  await see(dialog.getByText('ten is not of this type.'));
  await dialog.getByRole('textbox', { name: 'Default value' }).fill('10');
  await choose(page, dialog.getByRole('button', { name: /^Control/ }), 'Text field');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await gone(dialog);

  await page.getByRole('button', { name: 'Add filter to the report' }).click();
  await choose(page, dialog.getByRole('button', { name: /Field/ }), 'borough');
  await choose(page, dialog.getByRole('button', { name: /Value of a parameter/ }), 'Town');
  await ui.axe();
  await dialog.getByRole('button', { name: 'Create' }).click();
  await gone(dialog);
  await expect.poll(() => cells(visual)).toEqual([['green', '22'], ['yellow', '40']]);

  await page.getByRole('button', { name: 'Add calculated field' }).click();
  await dialog.getByRole('textbox', { name: 'Name' }).fill('scaled');
  await dialog.getByRole('textbox', { name: 'Expression' }).fill('{far} * ${Factor}');
  ui.expectError(/400/);
  await see(dialog.getByText('line 1, column 1: the field {far} does not exist'));
  await dialog.getByRole('textbox', { name: 'Expression' }).fill('{fare} * ${Factor}');
  await see(dialog.getByText('DECIMAL'));
  await ui.axe();
  await dialog.getByRole('button', { name: 'Create' }).click();
  await gone(dialog);
  await page.getByRole('button', { name: 'Value', exact: false }).and(page.locator('[aria-haspopup]')).last().click();
  await page.getByRole('option', { name: /scaled/ }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('checkbox', { name: 'Totals' }).check();
  await expect.poll(() => cells(visual)).toEqual([['green', '22', '220'], ['yellow', '40', '400'], ['Total', '62', '620']]);
  await ui.axe();
  await screen(page, 'reports-controls-editor');

  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await see(page.getByText('The analysis is saved.'));
  await page.getByRole('button', { name: 'Publish dashboard' }).click();
  await dialog.getByRole('button', { name: 'Publish dashboard' }).click();
  await see(page.getByRole('link', { name: 'Edit', exact: true }));

  const controls = page.getByRole('group', { name: 'Controls' });
  await choose(page, controls.getByRole('button', { name: /Where/ }), 'Bronx');
  await page.keyboard.press('Escape');
  await expect.poll(() => cells(visual)).toEqual([['green', '40.5', '405'], ['yellow', '40', '400'], ['Total', '80.5', '805']]);
  await controls.getByRole('textbox', { name: 'Factor' }).fill('2');
  await page.keyboard.press('Enter');
  const wanted = [['green', '40.5', '81'], ['yellow', '40', '80'], ['Total', '80.5', '161']];
  await expect.poll(() => cells(visual)).toEqual(wanted);
  expect(new URL(page.url()).searchParams.getAll('p.Town')).toEqual(['Queens', 'Bronx']);
  await ui.axe();
  await screen(page, 'reports-controls');

  // the link shows what was seen, and files have it too
  await page.reload();
  await expect.poll(() => cells(visual)).toEqual(wanted);
  const csv = await download(page, async () => {
    await visual.getByRole('button', { name: 'Menu of Fares' }).click();
    await page.getByRole('menuitem', { name: 'Export to CSV', exact: true }).click();
  });
  expect(csv.toString().trim().split('\r\n').slice(1).map((line) => line.split(',').map((text) => (Number.isNaN(Number(text)) ? text : String(Number(text)))))).toEqual(wanted);
  await page.getByRole('button', { name: 'Reset controls' }).click();
  await expect.poll(() => cells(visual)).toEqual([['green', '22', '220'], ['yellow', '40', '400'], ['Total', '62', '620']]);
  expect(new URL(page.url()).search).toBe('');
});

test('a filter’s control changes what the report’s filter says, for the visuals that it holds for alone', async ({ ui, server }) => {
  const { page } = ui;
  const table = { TableVisual: { VisualId: 't', ...titled('Fares'), ChartConfiguration: { FieldWells: { TableAggregatedFieldWells: { GroupBy: [category('borough')], Values: [value('fare', 'SUM')] } } } } };
  await analysis(server, 'filters', [table]);
  await ui.open('/reports/analyses/filters');
  const visual = page.getByRole('region', { name: 'Fares', exact: true });
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Add filter to the report' }).click();
  await choose(page, dialog.getByRole('button', { name: /Field/ }), 'type');
  await choose(page, dialog.getByRole('button', { name: /Values/ }), 'green');
  await page.keyboard.press('Escape');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await gone(dialog);
  await expect.poll(() => cells(visual)).toEqual([['Bronx', '18.5'], ['Queens', '22']]);
  await page.getByRole('button', { name: 'Add filter to the report' }).click();
  await choose(page, dialog.getByRole('button', { name: /Field/ }), 'day');
  await dialog.getByRole('textbox', { name: 'Minimum' }).fill('2020-02-01');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await gone(dialog);
  await expect.poll(() => cells(visual)).toEqual([['Queens', '22']]);
  await page.getByRole('button', { name: 'Publish dashboard' }).click();
  await dialog.getByRole('button', { name: 'Publish dashboard' }).click();
  await see(page.getByRole('link', { name: 'Edit', exact: true }));

  const controls = page.getByRole('group', { name: 'Controls' });
  await choose(page, controls.getByRole('button', { name: /^type/ }), 'yellow');
  await page.keyboard.press('Escape');
  await expect.poll(() => cells(visual)).toEqual([['Queens', '62']]);
  await pick(controls, 'day, from', '2020-01-10');
  await expect.poll(() => cells(visual)).toEqual([['Bronx', '18.5'], ['Manhattan', '12'], ['Queens', '62']]);
  await ui.axe();
  await page.reload();
  await expect.poll(() => cells(visual)).toEqual([['Bronx', '18.5'], ['Manhattan', '12'], ['Queens', '62']]);
});

test('a pivot table with totals; a click on a mark filters the others; rows behind, files', async ({ ui, server }) => {
  const { page } = ui;
  const pivot = { PivotTableVisual: { VisualId: 'p', ...titled('Pivot'), ChartConfiguration: { FieldWells: { PivotTableAggregatedFieldWells: { Rows: [category('type')], Columns: [category('borough')], Values: [value('fare', 'AVERAGE')] } } } } };
  const month = { DateDimensionField: { FieldId: 'month', Column: column('day'), DateGranularity: 'MONTH' } };
  const bars = { BarChartVisual: { VisualId: 'b', ...titled('By month'), ChartConfiguration: { Orientation: 'VERTICAL', FieldWells: { BarChartAggregatedFieldWells: { Category: [month, category('type')], Values: [value('fare', 'SUM')] } } } } };
  await analysis(server, 'pivot', [pivot, bars]);
  await ui.open('/reports/analyses/pivot');
  const visual = page.getByRole('region', { name: 'Pivot', exact: true });
  await see(visual.getByRole('gridcell', { name: '18.5' }));
  await page.getByRole('checkbox', { name: 'Totals of rows', exact: true }).check();
  await page.getByRole('checkbox', { name: 'Totals of columns', exact: true }).check();
  const whole = [['green', '18.5', '', '22', '20.25'], ['yellow', '', '10', '40', '20'], ['Total', '18.5', '10', '31', '20.1']];
  await expect.poll(() => cells(visual)).toEqual(whole);
  await page.getByRole('button', { name: 'Publish dashboard' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Publish dashboard' }).click();
  await see(page.getByRole('link', { name: 'Edit', exact: true }));
  await expect.poll(() => cells(visual)).toEqual(whole);
  // January: three rides of one month
  const chart = page.getByRole('region', { name: 'By month' });
  const bar = chart.locator('[aria-roledescription="bar"]');
  await see(bar);
  await ui.axe();
  await screen(page, 'reports-pivot');
  const filterOnMark = async () => {
    await bar.first().click();
    await page.getByRole('menuitem', { name: 'Filter on day: 2020-01' }).click();
  };
  await bar.first().click();
  const menu = page.getByRole('menu', { name: 'What to do with this mark' });
  expect(await menu.getByRole('menuitem').allInnerTexts()).toEqual(['Filter on day: 2020-01', 'Show rows', 'Drill down to type']);
  await ui.axe();
  await screen(page, 'reports-mark');
  await page.keyboard.press('Escape');
  await gone(menu);
  await filterOnMark();
  await expect.poll(() => cells(visual)).toEqual([['green', '18.5', '', '18.5'], ['yellow', '', '10', '10'], ['Total', '18.5', '10', '12.83']]);
  await visual.getByRole('button', { name: 'Menu of Pivot' }).click();
  await page.getByRole('menuitem', { name: 'Underlying rows' }).click();
  const behind = page.getByRole('dialog').getByRole('table', { name: 'Underlying rows' });
  await expect.poll(() => behind.getByRole('row').count()).toBe(4);
  await ui.axe();
  await page.keyboard.press('Escape');
  for (const [name, begin] of [['Export to PNG', '\u0089PNG'], ['Export to CSV', 'type']] as const) {
    const file = await download(page, async () => {
      await visual.getByRole('button', { name: 'Menu of Pivot' }).click();
      await page.getByRole('menuitem', { name, exact: true }).click();
    });
    expect(file.subarray(0, begin.length).toString('latin1')).toBe(begin);
  }
  // the same mark once more: no filter
  await filterOnMark();
  await expect.poll(() => cells(visual)).toEqual(whole);

  // the rows behind one mark, by a click on a bar and by keys in a table
  const marked = async (count: number) => {
    await page.getByRole('menuitem', { name: 'Show rows' }).click();
    const rows = page.getByRole('dialog').getByRole('table', { name: 'Underlying rows' });
    await expect.poll(() => rows.getByRole('row').count()).toBe(1 + count);
    await page.keyboard.press('Escape');
    await gone(page.getByRole('dialog'));
  };
  await bar.first().click();
  await marked(3);
  await visual.getByRole('grid', { name: 'Pivot' }).focus();
  for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
  await see(page.getByRole('menuitem', { name: 'Filter on type: yellow, borough: Manhattan' }));
  await marked(2);
  await page.getByRole('gridcell', { name: '31', exact: true }).click();
  await see(page.getByRole('menuitem', { name: 'Filter on borough: Queens' }));
  await marked(2);

  // two fields in one well are levels
  await see(bar.nth(2));
  await chart.getByRole('button', { name: 'Menu of By month' }).click();
  await page.getByRole('menuitem', { name: 'Drill down to type' }).click();
  await expect.poll(() => bar.count()).toBe(2);
  await chart.getByRole('button', { name: 'Menu of By month' }).click();
  await page.getByRole('menuitem', { name: 'Drill up to day' }).click();
  await expect.poll(() => bar.count()).toBe(3);
  // through a mark: March has green rides alone
  await bar.last().click();
  await page.getByRole('menuitem', { name: 'Drill down to type' }).click();
  await expect.poll(() => bar.count()).toBe(1);
  await see(chart.getByText('day: 2020-03', { exact: true }));
});

test('controls of every kind, as a definition from elsewhere has them', async ({ ui, server }) => {
  const { page } = ui;
  await analysis(server, 'kinds', []);
  const { Definition } = await server.call<{ Definition: Record<string, unknown> }>('quicksight', 'DescribeAnalysisDefinition', { ...ACCOUNT, AnalysisId: 'kinds' });
  const table = { TableVisual: { VisualId: 't', ...titled('Fares'), ChartConfiguration: { FieldWells: { TableAggregatedFieldWells: { GroupBy: [category('borough')], Values: [value('fare', 'SUM')] } } } } };
  const group = (id: string, filter: object) => ({ FilterGroupId: id, CrossDataset: 'SINGLE_DATASET', Status: 'ENABLED', ScopeConfiguration: { AllSheets: {} }, Filters: [filter] });
  const control = (name: string) => ({ ParameterControlId: `${name}-control`, Title: name, SourceParameterName: name });
  const full = {
    ...Definition,
    ParameterDeclarations: [
      { StringParameterDeclaration: { Name: 'Types', ParameterValueType: 'MULTI_VALUED', DefaultValues: { StaticValues: ['green', 'yellow'] } } },
      { IntegerParameterDeclaration: { Name: 'Best', ParameterValueType: 'SINGLE_VALUED', DefaultValues: { StaticValues: [3] } } },
      { DateTimeParameterDeclaration: { Name: 'Since', TimeGranularity: 'DAY', DefaultValues: { StaticValues: [1577836800] } } },
    ],
    FilterGroups: [
      group('g1', { CategoryFilter: { FilterId: 'f1', Column: column('type'), Configuration: { CustomFilterConfiguration: { MatchOperator: 'EQUALS', ParameterName: 'Types', NullOption: 'NON_NULLS_ONLY' } } } }),
      group('g2', { TopBottomFilter: { FilterId: 'f2', Column: column('borough'), ParameterName: 'Best', AggregationSortConfigurations: [{ Column: column('fare'), SortDirection: 'DESC', AggregationFunction: { NumericalAggregationFunction: { SimpleNumericalAggregation: 'SUM' } } }] } }),
      group('g3', { TimeRangeFilter: { FilterId: 'f3', Column: column('day'), NullOption: 'NON_NULLS_ONLY', IncludeMinimum: true, TimeGranularity: 'DAY', RangeMinimumValue: { Parameter: 'Since' } } }),
    ],
    Sheets: [{ SheetId: 'one', Name: 'One', Visuals: [table], ParameterControls: [{ TextArea: control('Types') }, { Slider: { ...control('Best'), MinimumValue: 1, MaximumValue: 3, StepSize: 1 } }, { DateTimePicker: control('Since') }] }],
  };
  await server.call('quicksight', 'CreateDashboard', { ...ACCOUNT, DashboardId: 'kinds', Name: 'kinds', Definition: full });
  await ui.open('/reports/dashboards/kinds');
  const visual = page.getByRole('region', { name: 'Fares', exact: true });
  const controls = page.getByRole('group', { name: 'Controls' });
  const all = [['Bronx', '18.5'], ['Manhattan', '20'], ['Queens', '62']];
  await expect.poll(() => cells(visual)).toEqual(all);
  await ui.axe();
  await controls.getByRole('slider', { name: 'Best' }).focus();
  await page.keyboard.press('Home');
  await expect.poll(() => cells(visual)).toEqual([['Queens', '62']]);
  await page.getByRole('button', { name: 'Reset controls' }).click();
  await expect.poll(() => cells(visual)).toEqual(all);
  await pick(controls, 'Since', '2020-01-10');
  const later = [['Bronx', '18.5'], ['Manhattan', '12'], ['Queens', '62']];
  await expect.poll(() => cells(visual)).toEqual(later);
  expect(new URL(page.url()).searchParams.get('p.Since')).toBe('2020-01-10');
  // by keys alone: the calendar, three weeks on, and a day back
  await controls.getByRole('button', { name: /^Open the calendar of Since/ }).focus();
  await page.keyboard.press('Enter');
  await see(page.getByRole('dialog').getByRole('grid'));
  await ui.axe();
  await screen(page, 'reports-calendar');
  const onDay = () => page.evaluate(() => Boolean(document.activeElement?.closest('td')));
  for (let tabs = 0; tabs < 5 && !(await onDay()); tabs++) await page.keyboard.press('Tab');
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowLeft', 'Enter']) await page.keyboard.press(key);
  await expect.poll(() => new URL(page.url()).searchParams.get('p.Since')).toBe('2020-01-30');
  await expect.poll(() => cells(visual)).toEqual([['Bronx', '18.5'], ['Queens', '62']]);
  await pick(controls, 'Since', '2020-01-10');
  await expect.poll(() => cells(visual)).toEqual(later);
  await controls.getByRole('textbox', { name: 'Types' }).fill('green');
  await page.keyboard.press('Tab');
  await expect.poll(() => cells(visual)).toEqual([['Bronx', '18.5'], ['Queens', '22']]);
  await ui.axe();
  await screen(page, 'reports-kinds');
});
