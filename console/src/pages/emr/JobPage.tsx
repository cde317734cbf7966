import Button from '@cloudscape-design/components/button';
import Link from '@cloudscape-design/components/link';
import { useState } from 'react';
import { useParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { useCall } from '../../aws/queries';
import { DetailPage } from '../../ui/DetailPage';
import { Json } from '../../ui/Json';
import { Status } from '../../ui/Status';
import { Duration, Time } from '../../ui/Time';
import { LineageChips } from '../home/LineageChips';
import { CancelJob } from './CancelJob';
import { JobLog } from './JobLog';
import { placeOf } from './place';
import { SparkUi } from './SparkUi';
import { isCancellable, isOver, type JobRun, type VirtualCluster } from './types';
import { WhyFailed } from './WhyFailed';
import { words } from './words';

export function JobPage() {
  const { cluster = '', job: id = '' } = useParams();
  const asked = useCall<{ jobRun: JobRun }>('emr-containers', 'DescribeJobRun', { virtualClusterId: cluster, id });
  const job = asked.data?.jobRun;
  const [cancelling, setCancelling] = useState(false);
  const around = useCall<{ virtualCluster: VirtualCluster }>('emr-containers', 'DescribeVirtualCluster', { id: cluster });
  useCrumbs(
    { text: words.clusters, href: paths.clusters() },
    { text: around.data?.virtualCluster.name ?? cluster, href: paths.cluster(cluster) },
    { text: job?.name ?? id, href: paths.job(cluster, id) },
  );
  return (
    <DetailPage
      title={job?.name ?? id}
      loading={asked.isPending}
      error={asked.error}
      details={words.details}
      actions={
        job && (
          <>
            <Button
              disabled={!isCancellable(job)}
              onClick={() => setCancelling(true)}
            >
              {words.cancelJob}
            </Button>
            <Button href={`${paths.startJob(cluster)}?from=${encodeURIComponent(id)}`}>{words.cloneJob}</Button>
            <SparkUi job={job} />
          </>
        )
      }
      pairs={job && pairsOf(job)}
      tabs={
        job && [
          { id: 'logs', label: words.logs, content: <JobLog key={job.id} job={job} /> },
          { id: 'configuration', label: words.configuration, content: <Configuration job={job} /> },
        ]
      }
    >
      {job && <WhyFailed {...job} />}
      {job && <LineageChips about={job.arn} />}
      {job && cancelling && <CancelJob job={job} onClose={() => setCancelling(false)} />}
    </DetailPage>
  );
}

function pairsOf(job: JobRun) {
  const monitoring = job.configurationOverrides?.monitoringConfiguration;
  const watch = monitoring?.cloudWatchMonitoringConfiguration;
  const s3 = monitoring?.s3MonitoringConfiguration;
  const attempt = job.retryPolicyExecution && job.retryPolicyConfiguration;
  return [
    { label: words.status, value: <Status of={job.state} /> },
    { label: words.id, value: job.id },
    { label: words.created, value: <Time at={job.createdAt} /> },
    {
      label: words.duration,
      value: <Duration from={job.createdAt} to={isOver(job) ? (job.finishedAt ?? job.createdAt) : undefined} />,
    },
    { label: words.entryPoint, value: entryPointOf(job) ?? '–' },
    { label: words.release, value: job.releaseLabel ?? '–' },
    { label: words.role, value: job.executionRoleArn ?? '–' },
    { label: words.createdBy, value: job.createdBy ?? '–' },
    ...(watch
      ? [{ label: words.logGroup, value: <Link href={paths.logGroup(watch.logGroupName)}>{watch.logGroupName}</Link> }]
      : []),
    ...(s3 ? [{ label: words.logUri, value: <Link href={s3Href(s3.logUri, job)}>{s3.logUri}</Link> }] : []),
    ...(attempt
      ? [
          {
            label: words.retry,
            value: `${job.retryPolicyExecution?.currentAttemptCount}/${job.retryPolicyConfiguration?.maxAttempts}`,
          },
        ]
      : []),
  ];
}

function entryPointOf(job: JobRun) {
  const uri = job.jobDriver?.sparkSubmitJobDriver?.entryPoint ?? job.jobDriver?.sparkSqlJobDriver?.entryPoint;
  const place = uri === undefined ? undefined : placeOf(uri);
  return place?.key ? <Link href={paths.object(place.bucket, place.key)}>{uri}</Link> : uri;
}

/** Where a job run's logs are below its log location. */
function s3Href(uri: string, job: JobRun): string {
  const { bucket, key } = placeOf(uri) ?? { bucket: '', key: '' };
  const below = [key.replace(/\/$/, ''), job.virtualClusterId, 'jobs', job.id].filter(Boolean).join('/');
  return paths.object(bucket, `${below}/`);
}

function Configuration({ job }: { job: JobRun }) {
  const { jobDriver, configurationOverrides, retryPolicyConfiguration, tags } = job;
  return <Json label={words.configuration} value={{ jobDriver, configurationOverrides, retryPolicyConfiguration, tags }} />;
}
