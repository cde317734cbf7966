import Input from '@cloudscape-design/components/input';
import Textarea from '@cloudscape-design/components/textarea';
import { useEffect, useState } from 'react';

interface Props {
  label: string;
  value: string;
  onChange: (text: string) => void;
  number?: boolean;
  lines?: boolean;
}

/** A text that is taken when it is whole: at Enter, or when the field is left. What is no number is not taken. */
export function Typed({ label, value, onChange, number, lines }: Props) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const wrong = text !== '' && number === true && !Number.isFinite(Number(text));
  const take = () => {
    if (!wrong && text !== value) onChange(text);
  };
  const shared = { ariaLabel: label, value: text, invalid: wrong, onBlur: take, onChange: ({ detail }: { detail: { value: string } }) => setText(detail.value) };
  if (lines) return <Textarea {...shared} rows={2} />;
  return <Input {...shared} inputMode={number ? 'decimal' : 'text'} onKeyDown={({ detail }) => detail.key === 'Enter' && take()} />;
}
