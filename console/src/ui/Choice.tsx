import { useId } from 'react';

interface Props<Id extends string> {
  label: string;
  value: Id;
  options: { id: Id; text: string }[];
  onChange: (id: Id) => void;
}

/** One of a few, side by side. (Cloudscape's segmented control brings in its whole drop-down for narrow screens.) */
export function Choice<Id extends string>({ label, value, options, onChange }: Props<Id>) {
  const name = useId();
  return (
    <div className="tx-choice" role="radiogroup" aria-label={label}>
      {options.map(({ id, text }) => (
        <label key={id}>
          <input type="radio" name={name} checked={id === value} onChange={() => onChange(id)} />
          <span>{text}</span>
        </label>
      ))}
    </div>
  );
}
