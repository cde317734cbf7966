import { strings } from '../strings';
import { CopyButton } from './CopyButton';

/** An ARN, or another long name, to be copied. */
export function Arn({ arn, label = strings.copyArn }: { arn: string; label?: string }) {
  return (
    <span className="tx-break">
      {arn} <CopyButton text={arn} label={label} variant="inline-icon" icon />
    </span>
  );
}
