import '../reports.css';

import Alert from '@cloudscape-design/components/alert';
import Spinner from '@cloudscape-design/components/spinner';
import { useQuery } from '@tanstack/react-query';
import { useParams, useSearchParams } from 'react-router';

import { useCrumbs } from '../../../app/crumbs';
import { paths } from '../../../app/paths';
import { failureText } from '../../../aws/failure';
import { useCall } from '../../../aws/queries';
import { strings as words } from '../../../strings';
import { useAccount } from '../account';
import { type DataSet, reports } from '../api';
import { strings } from '../strings';
import { bodyOf, type Definition, GRID_COLUMNS, resized, type Visual, withVisual } from '../visual/definition';
import { ReportEditor } from './ReportEditor';

/** Visualize: a new analysis of one data set, with the chart that its columns propose (the quick report). */
export function NewAnalysisPage() {
  const [query] = useSearchParams();
  const dataSetId = query.get('dataset') ?? '';
  const account = useAccount();
  useCrumbs({ text: strings.title, href: paths.reports() }, { text: strings.analyses, href: paths.analyses() }, { text: strings.newAnalysis, href: paths.newAnalysis() });
  const set = useCall<{ DataSet: DataSet }>('quicksight', 'DescribeDataSet', { AwsAccountId: account, DataSetId: dataSetId }, { still: true });
  const suggested = useQuery({ queryKey: ['suggest', dataSetId], queryFn: () => reports.suggest(dataSetId), staleTime: Infinity, gcTime: 0, retry: false, refetchOnWindowFocus: false });
  if (set.error) return <Alert type="error">{failureText(set.error)}</Alert>;
  if (!set.data || suggested.isPending) return <span role="status"><Spinner /> {words.loading}</span>;
  const { Name, Arn } = set.data.DataSet;
  return <ReportEditor name={Name} definition={quickReport(Arn, suggested.data?.visual as Visual | undefined, Name)} />;
}

function quickReport(arn: string, visual: Visual | undefined, name: string): Definition {
  const sheet = { SheetId: 'sheet-1', Name: strings.sheet(1) };
  return { DataSetIdentifierDeclarations: [{ Identifier: name, DataSetArn: arn }], Sheets: [visual ? resized(withVisual(sheet, visual), bodyOf(visual).VisualId, { ColumnSpan: GRID_COLUMNS }) : sheet] };
}

interface Described {
  Name: string;
  Definition: Definition;
}

export function AnalysisPage() {
  const { id = '' } = useParams();
  const account = useAccount();
  const described = useCall<Described>('quicksight', 'DescribeAnalysisDefinition', { AwsAccountId: account, AnalysisId: id }, { still: true });
  const name = described.data?.Name ?? id;
  useCrumbs({ text: strings.title, href: paths.reports() }, { text: strings.analyses, href: paths.analyses() }, { text: name, href: paths.analysis(id) });
  if (described.error) return <Alert type="error">{failureText(described.error)}</Alert>;
  if (!described.data) return <span role="status"><Spinner /> {words.loading}</span>;
  return <ReportEditor key={id} id={id} name={name} definition={described.data.Definition} />;
}
