import Button from '@cloudscape-design/components/button';
import { useState } from 'react';

import { useFlash } from '../../app/flash';
import { insight } from '../../aws/insight';
import type { JobRun } from './types';
import { words } from './words';

/** Opens the job run in the Spark History Server, which is started when it is first wanted. */
export function SparkUi({ job, inline }: { job: JobRun; inline?: boolean }) {
  const [busy, setBusy] = useState(false);
  const flash = useFlash();
  async function open() {
    // A window that is opened later than the click would be blocked.
    const target = window.open('', '_blank');
    setBusy(true);
    try {
      const { url } = await insight.sparkUi(job.virtualClusterId, job.id);
      if (target) {
        target.opener = null;
        target.location.href = url;
      } else location.assign(url);
    } catch (error) {
      target?.close();
      flash.failure(error, words.historyServer);
    } finally {
      setBusy(false);
    }
  }
  return (
    <Button
      variant={inline ? 'inline-link' : 'normal'}
      ariaLabel={inline ? `${words.historyServer} ${job.name ?? job.id}` : undefined}
      iconName="external"
      iconAlign="right"
      loading={busy}
      loadingText={words.historyStarting}
      onClick={() => void open()}
    >
      {inline ? words.sparkUi : words.historyServer}
    </Button>
  );
}
