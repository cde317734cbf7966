import Button, { type ButtonProps } from '@cloudscape-design/components/button';
import { useEffect, useState } from 'react';

import { useFlash } from '../app/flash';
import { strings } from '../strings';

interface Props {
  text: string | (() => string);
  label?: string;
  icon?: boolean;
  variant?: ButtonProps.Variant;
}

/** Copies a text and says so, to those who see and those who listen. */
export function CopyButton({ text, label = strings.copy, icon, variant }: Props) {
  const [done, setDone] = useState(false);
  const flash = useFlash();
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), 2000);
    return () => clearTimeout(timer);
  }, [done]);
  async function copy() {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      setDone(true);
    } catch {
      flash.failure(new Error(strings.copyFailed));
    }
  }
  return (
    <>
      <Button
        variant={variant ?? (icon ? 'icon' : 'normal')}
        iconName={done ? 'check' : 'copy'}
        ariaLabel={label}
        onClick={() => void copy()}
        formAction="none"
      >
        {icon ? undefined : done ? strings.copied : label}
      </Button>
      <span className="tx-visually-hidden" role="status">
        {done ? strings.copied : ''}
      </span>
    </>
  );
}
