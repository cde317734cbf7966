import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';

import { paths } from '../../../app/paths';
import { useCall } from '../../../aws/queries';
import { Status } from '../../../ui/Status';
import { DriverLog, type File } from '../../emr/DriverLog';
import { WhyFailed } from '../../emr/WhyFailed';
import { isOver, type JobRun } from '../../emr/types';
import { strings } from '../strings';

/** A job run within its state: how it stands, and its log as it is written. */
export function JobLog({ cluster, job }: { cluster: string; job: string }) {
  const [file, setFile] = useState<File>('stdout');
  const run = useCall<{ jobRun: JobRun }>('emr-containers', 'DescribeJobRun', { virtualClusterId: cluster, id: job });
  const data = run.data?.jobRun;
  return (
    <SpaceBetween size="s">
      <KeyValuePairs
        columns={2}
        items={[
          { label: strings.execution.jobRun, value: <Link href={paths.job(cluster, job)}>{data?.name ?? job}</Link> },
          { label: strings.status, value: <Status of={data?.state} /> },
        ]}
      />
      {data && <WhyFailed {...data} />}
      <DriverLog cluster={cluster} job={job} live={!data || !isOver(data)} file={file} onFile={setFile} />
    </SpaceBetween>
  );
}
