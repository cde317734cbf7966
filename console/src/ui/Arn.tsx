import { strings } from '../strings';
import { CopyButton } from './CopyButton';

/** An ARN below a page's title, to be copied. */
export function Arn({ arn }: { arn: string }) {
  return (
    <span className="tx-break">
      {arn} <CopyButton text={arn} label={strings.copyArn} variant="inline-icon" icon />
    </span>
  );
}
