import { useEffect, useState } from 'react';

interface Props {
  label: string;
  min: number;
  max: number;
  step: number;
  value: number;
  onChange: (value: number) => void;
}

/** A slider whose value is taken when it is let go: what lies on its way asks nothing. (Cloudscape's shows its value outside of all landmarks.) */
export function Sliding({ label, min, max, step, value, onChange }: Props) {
  const held = Math.min(max, Math.max(min, value));
  const [at, setAt] = useState(held);
  useEffect(() => setAt(held), [held]);
  const take = () => {
    if (at !== held) onChange(at);
  };
  return (
    <div className="tx-slider">
      <input type="range" aria-label={label} min={min} max={max} step={step} value={at} onChange={(event) => setAt(event.target.valueAsNumber)} onPointerUp={take} onKeyUp={take} onBlur={take} />
      <output>{at}</output>
    </div>
  );
}
