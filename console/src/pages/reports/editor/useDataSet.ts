import { useCall } from '../../../aws/queries';
import { useAccount } from '../account';
import type { DataSet, OutputColumn } from '../api';

const NONE: OutputColumn[] = [];

/** Returns the columns of a data set by its ARN. */
export function useDataSet(arn: string | undefined): OutputColumn[] {
  const account = useAccount();
  const id = /:dataset\/(.+)$/.exec(arn ?? '')?.[1] ?? '';
  const set = useCall<{ DataSet: DataSet }>('quicksight', 'DescribeDataSet', { AwsAccountId: account, DataSetId: id }, { enabled: id !== '', still: true });
  return set.data?.DataSet.OutputColumns ?? NONE;
}
