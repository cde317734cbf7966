import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Frame, Page } from 'playwright-core';
import { expect } from 'vitest';

import { axe, see, test } from './harness/fixture';
import { screen } from './harness/screens';
import type { Server } from './harness/server';

const ACCOUNT = { AwsAccountId: '000000000000' };
const RIDES = 'green,Bronx,18.5,2020-01-31\ngreen,Queens,22,2020-03-15\nyellow,Queens,40,2020-02-01\nyellow,Manhattan,12,2020-01-15\nred,Queens,100,2020-01-05\n';

const column = (name: string) => ({ DataSetIdentifier: 'rides', ColumnName: name });
const category = (name: string) => ({ CategoricalDimensionField: { FieldId: name, Column: column(name) } });
const fare = { NumericalMeasureField: { FieldId: 'fare', Column: column('fare'), AggregationFunction: { SimpleNumericalAggregation: 'SUM' } } };
const titled = (text: string) => ({ Title: { Visibility: 'VISIBLE', FormatText: { PlainText: text } } });
const group = (id: string, filter: object) => ({ FilterGroupId: id, CrossDataset: 'SINGLE_DATASET', Status: 'ENABLED', ScopeConfiguration: { AllSheets: {} }, Filters: [filter] });

/** Rides of the towns that a parameter says, red ones locked out; a bar chart and a table on one sheet, a figure on another. */
const definition = (DataSetArn: string) => ({
  DataSetIdentifierDeclarations: [{ Identifier: 'rides', DataSetArn }],
  ParameterDeclarations: [{ StringParameterDeclaration: { Name: 'Town', ParameterValueType: 'MULTI_VALUED', DefaultValues: { StaticValues: ['Bronx', 'Manhattan', 'Queens'] } } }],
  FilterGroups: [
    group('g1', { CategoryFilter: { FilterId: 'locked', Column: column('type'), Configuration: { FilterListConfiguration: { MatchOperator: 'DOES_NOT_CONTAIN', CategoryValues: ['red'] } } } }),
    group('g2', { CategoryFilter: { FilterId: 'town', Column: column('borough'), Configuration: { CustomFilterConfiguration: { MatchOperator: 'EQUALS', ParameterName: 'Town', NullOption: 'NON_NULLS_ONLY' } } } }),
  ],
  Sheets: [
    {
      SheetId: 'one',
      Name: 'Rides',
      ParameterControls: [{ List: { ParameterControlId: 'c', Title: 'Where', SourceParameterName: 'Town', SelectableValues: { LinkToDataSetColumn: column('borough') } } }],
      Visuals: [
        { BarChartVisual: { VisualId: 'bars', ...titled('By town'), ChartConfiguration: { Orientation: 'VERTICAL', FieldWells: { BarChartAggregatedFieldWells: { Category: [category('borough')], Values: [fare] } } } } },
        { TableVisual: { VisualId: 'table', ...titled('By type'), ChartConfiguration: { FieldWells: { TableAggregatedFieldWells: { GroupBy: [category('type')], Values: [fare] } } } } },
      ],
    },
    { SheetId: 'two', Name: 'In all', Visuals: [{ KPIVisual: { VisualId: 'kpi', ...titled('Fares'), ChartConfiguration: { FieldWells: { Values: [fare] } } } }] },
  ],
});

/** Makes the dashboard and its data, once. */
async function dashboard(server: Server) {
  for (const Bucket of ['rides', 'answers']) await server.call('s3', 'CreateBucket', { Bucket });
  await server.call('athena', 'UpdateWorkGroup', { WorkGroup: 'primary', ConfigurationUpdates: { ResultConfigurationUpdates: { OutputLocation: 's3://answers/' } } });
  await server.call('s3', 'PutObject', { Bucket: 'rides', Key: 'rides/a.csv', Body: Buffer.from(RIDES).toString('base64') });
  const { QueryExecutionId } = await server.call<{ QueryExecutionId: string }>('athena', 'StartQueryExecution', { QueryString: "CREATE EXTERNAL TABLE rides (type string, borough string, fare double, day date) ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' LOCATION 's3://rides/rides/'" });
  await expect
    .poll(async () => (await server.call<{ QueryExecution: { Status: { State: string } } }>('athena', 'GetQueryExecution', { QueryExecutionId })).QueryExecution.Status.State, { timeout: 20_000 })
    .toBe('SUCCEEDED');
  const { Arn } = await server.call<{ Arn: string }>('quicksight', 'CreateDataSource', { ...ACCOUNT, DataSourceId: 'athena', Name: 'athena', Type: 'ATHENA', DataSourceParameters: { AthenaParameters: { WorkGroup: 'primary' } } });
  const InputColumns = [['type', 'STRING'], ['borough', 'STRING'], ['fare', 'DECIMAL'], ['day', 'DATETIME']].map(([Name, Type]) => ({ Name, Type }));
  const set = await server.call<{ Arn: string }>('quicksight', 'CreateDataSet', { ...ACCOUNT, DataSetId: 'rides', Name: 'rides', ImportMode: 'DIRECT_QUERY', PhysicalTableMap: { t: { RelationalTable: { DataSourceArn: Arn, Catalog: 'AwsDataCatalog', Schema: 'default', Name: 'rides', InputColumns } } } });
  await server.call('quicksight', 'CreateDashboard', { ...ACCOUNT, DashboardId: 'rides', Name: 'Rides', Definition: definition(set.Arn), DashboardPublishOptions: { SheetControlsOption: { VisibilityState: 'EXPANDED' } } });
}

async function embedUrl(server: Server, more: object = {}): Promise<string> {
  const made = await server.call<{ EmbedUrl: string }>('quicksight', 'GenerateEmbedUrlForAnonymousUser', {
    ...ACCOUNT,
    Namespace: 'default',
    AuthorizedResourceArns: ['arn:aws:quicksight:us-east-1:000000000000:dashboard/rides'],
    ExperienceConfiguration: { Dashboard: { InitialDashboardId: 'rides' } },
    ...more,
  });
  return made.EmbedUrl.replace(server.direct, server.url);
}

/** A site of another name and port, with one page: a frame, and the messages that came out of it. */
async function site(): Promise<{ url: string; server: HttpServer }> {
  const server = createServer((request, response) => {
    const at = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('content-type', 'text/html');
    const frames = at.searchParams.getAll('frame').map((src, index) => `<iframe name="f${index}" title="frame ${index}" width="1200" height="760" src="${src.replaceAll('&', '&amp;')}"></iframe>`);
    response.end(`<!doctype html><html lang="en"><title>Their site</title><h1>Their site</h1>${frames.join('')}<script>window.heard = []; addEventListener('message', (event) => heard.push({ origin: event.origin, ...event.data }));</script></html>`);
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  return { url: `http://localhost:${(server.address() as AddressInfo).port}`, server };
}

interface Heard {
  origin: string;
  eventName: string;
  eventTarget?: object;
  eventId?: string;
  message?: Record<string, unknown>;
}

const heard = (page: Page) => page.evaluate(() => (window as unknown as { heard: Heard[] }).heard);
const last = async (page: Page, name: string) => (await heard(page)).filter(({ eventName }) => eventName === name).at(-1)?.message;

/** Opens a page of the other site with these frames, and fails on what a page's console says of the frames. */
async function framed(browser: Browser, site: string, frames: string[]): Promise<{ page: Page; frame: Frame; wrong: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce', acceptDownloads: true });
  context.setDefaultTimeout(45_000);
  const page = await context.newPage();
  const wrong: string[] = [];
  page.on('pageerror', (error) => wrong.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) wrong.push(message.text());
  });
  await page.goto(`${site}/?${frames.map((frame) => `frame=${encodeURIComponent(frame)}`).join('&')}`);
  const frame = page.frame({ name: 'f0' });
  if (!frame) throw new Error('there is no frame');
  return { page, frame, wrong };
}

async function rows(frame: Frame, name: string): Promise<string[][]> {
  const all = await frame.getByRole('region', { name, exact: true }).getByRole('row').all();
  return Promise.all(all.slice(1).map((row) => row.getByRole('gridcell').allInnerTexts()));
}

test('an embedded dashboard is alive in a page of another origin, and its code is good once', async ({ browser, server }) => {
  await dashboard(server);
  const other = await site();
  try {
    const url = await embedUrl(server, { AllowedDomains: [other.url] });
    const { page, frame, wrong } = await framed(browser, other.url, [`${url}#p.Town=Queens&p.Town=Bronx`]);
    // two towns by the fragment; what is locked is not there
    await expect.poll(() => rows(frame, 'By type'), { timeout: 45_000 }).toEqual([['green', '40.5'], ['yellow', '40']]);
    const bars = frame.getByRole('region', { name: 'By town' }).locator('[aria-roledescription="bar"]');
    await expect.poll(() => bars.count()).toBe(2);
    await expect.poll(async () => (await heard(page)).map(({ eventName }) => eventName)).toEqual(expect.arrayContaining(['PARAMETERS_LOADED', 'SIZE_CHANGED', 'CONTENT_LOADED']));
    expect((await heard(page))[0]).toMatchObject({ origin: server.url, eventTarget: { experienceType: 'DASHBOARD', dashboardId: 'rides' } });
    await axe(frame);
    await screen(page, 'reports-embedded');

    // a click on a mark filters the other visual; undone, done again, and all anew
    await bars.first().click();
    await frame.getByRole('menuitem', { name: /^Filter on borough: Queens/ }).click();
    await expect.poll(() => rows(frame, 'By type')).toEqual([['green', '22'], ['yellow', '40']]);
    await frame.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => rows(frame, 'By type')).toEqual([['green', '40.5'], ['yellow', '40']]);
    await frame.getByRole('button', { name: 'Redo' }).click();
    await expect.poll(() => rows(frame, 'By type')).toEqual([['green', '22'], ['yellow', '40']]);
    await frame.getByRole('button', { name: 'Reset', exact: true }).click();
    await expect.poll(() => rows(frame, 'By type')).toEqual([['green', '40.5'], ['yellow', '40']]);

    // rows of a mark: the columns that the dashboard shows
    await bars.last().click();
    await frame.getByRole('menuitem', { name: 'Show rows' }).click();
    const behind = frame.getByRole('dialog').getByRole('table', { name: 'Underlying rows' });
    await expect.poll(() => behind.getByRole('columnheader').allInnerTexts()).toEqual(['#', 'type', 'borough', 'fare']);
    await expect.poll(() => behind.getByRole('row').count()).toBe(2);
    await frame.getByRole('dialog').press('Escape');

    // the page around changes the fragment: other parameters, and it is told so
    await page.evaluate((src) => ((document.querySelector('iframe') as HTMLIFrameElement).src = src), `${url}#p.Town=Manhattan`);
    await expect.poll(() => rows(frame, 'By type')).toEqual([['yellow', '12']]);
    await expect.poll(() => last(page, 'PARAMETERS_CHANGED')).toEqual({ changedParameters: [{ Name: 'Town', Values: ['Manhattan'] }] });

    await frame.getByRole('tab', { name: 'In all' }).click();
    await see(frame.getByRole('region', { name: 'Fares' }).getByText('12', { exact: true }));
    await expect.poll(() => last(page, 'SELECTED_SHEET_CHANGED')).toEqual({ selectedSheet: { Name: 'In all', SheetId: 'two' } });
    expect(wrong).toEqual([]);

    // opened once more, it says why not
    await page.reload();
    await see(page.frameLocator('iframe').getByText('The embed code has been used already'));
    await expect.poll(() => last(page, 'ERROR_OCCURRED')).toEqual({ errorCode: 'Forbidden' });
    await page.context().close();

    // a page that is not among the allowed ones gets nothing
    const refused = await framed(browser, other.url, [await embedUrl(server, { AllowedDomains: ['https://a.example'] })]);
    await expect.poll(() => refused.wrong.join()).toMatch(/frame-ancestors/);
    expect(await refused.frame.getByRole('main').count()).toBe(0);
    await refused.page.context().close();
  } finally {
    other.server.close();
  }
});

test('AWS’s embedding SDK speaks with it by the frame of messages beside it', async ({ browser, server }) => {
  const other = await site();
  try {
    const target = { experienceType: 'DASHBOARD', dashboardId: 'rides', contextId: 'context', discriminator: 0 };
    // as the SDK makes the two addresses
    const url = `${await embedUrl(server)}&fitSheetToWidth=true&undoRedoDisabled=true&resetDisabled=true&contextId=context&discriminator=0#p.Town=Queens`;
    const control = `${url.slice(0, url.indexOf('/dashboards/'))}/embedControl?contextId=context&discriminator=0`;
    const { page, frame, wrong } = await framed(browser, other.url, [url, control]);
    await expect.poll(() => last(page, 'CONTENT_LOADED'), { timeout: 45_000 }).toEqual({ title: 'Rides' });
    expect((await heard(page)).find(({ eventName }) => eventName === 'CONTENT_LOADED')?.eventTarget).toEqual(target);
    expect(await frame.getByRole('button', { name: 'Undo' }).count()).toBe(0);
    let id = 0;
    const send = async (eventName: string, message?: unknown, to: object = target) => {
      const eventId = `event ${id++}`;
      await page.evaluate(({ origin, sent }) => (window.frames as unknown as Window[])[1]?.postMessage(sent, origin), { origin: server.url, sent: { eventName, eventTarget: to, eventId, message } });
      return eventId;
    };
    const answered = async (eventId: string) => (await heard(page)).find((one) => one.eventId === eventId)?.message;
    const asked = async (eventName: string, message?: unknown) => {
      const eventId = await send(eventName, message);
      await expect.poll(() => answered(eventId)).toBeDefined();
      return answered(eventId);
    };
    expect(await asked('GET_PARAMETERS')).toEqual([{ Name: 'Town', Values: ['Queens'] }]);
    expect(await asked('SET_PARAMETERS', [{ Name: 'Town', Values: 'Bronx' }])).toEqual({ success: true });
    await expect.poll(() => rows(frame, 'By type')).toEqual([['green', '18.5']]);
    await expect.poll(() => last(page, 'PARAMETERS_CHANGED')).toEqual({ changedParameters: [{ Name: 'Town', Values: ['Bronx'] }] });
    expect(await asked('GET_SHEETS')).toEqual([{ Name: 'Rides', SheetId: 'one' }, { Name: 'In all', SheetId: 'two' }]);
    expect(await asked('GET_SHEET_VISUALS', { SheetId: 'two' })).toEqual([{ Name: 'Fares', VisualId: 'kpi' }]);
    expect(await asked('SET_SELECTED_SHEET_ID', { SheetId: 'two' })).toEqual({ success: true });
    await see(frame.getByRole('region', { name: 'Fares' }).getByText('18.5', { exact: true }));
    expect(await asked('GET_SELECTED_SHEET_ID')).toBe('two');
    expect(await asked('RESET')).toMatchObject({ success: false, errorCode: 'Disabled' });
    // what is for another dashboard is not answered
    const elsewhere = await send('GET_PARAMETERS', undefined, { ...target, dashboardId: 'other' });
    await asked('GET_PARAMETERS');
    expect(await answered(elsewhere)).toBeUndefined();
    expect(wrong).toEqual([]);
    await page.context().close();
  } finally {
    other.server.close();
  }
});

test('one visual alone', async ({ browser, server }) => {
  const ExperienceConfiguration = { DashboardVisual: { InitialDashboardVisualId: { DashboardId: 'rides', SheetId: 'one', VisualId: 'table' } } };
  const other = await site();
  try {
    const url = await embedUrl(server, { ExperienceConfiguration, AuthorizedResourceArns: ['arn:aws:quicksight:us-east-1:000000000000:dashboard/rides/sheet/one/visual/table'] });
    const { page, frame, wrong } = await framed(browser, other.url, [url]);
    await expect.poll(() => rows(frame, 'By type'), { timeout: 45_000 }).toEqual([['green', '40.5'], ['yellow', '52']]);
    expect(await frame.getByRole('region').count()).toBe(1);
    await expect.poll(async () => (await heard(page))[0]?.eventTarget).toMatchObject({ experienceType: 'VISUAL', sheetId: 'one', visualId: 'table' });
    // by its head, the other way round
    await frame.getByRole('button', { name: 'type', exact: true }).click();
    await frame.getByRole('button', { name: 'type', exact: true }).click();
    await expect.poll(() => rows(frame, 'By type')).toEqual([['yellow', '52'], ['green', '40.5']]);
    await axe(frame);
    expect(wrong).toEqual([]);
    await page.context().close();
  } finally {
    other.server.close();
  }
});
