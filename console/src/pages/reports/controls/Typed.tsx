import Input from '@cloudscape-design/components/input';
import Textarea from '@cloudscape-design/components/textarea';
import { useEffect, useState } from 'react';

interface Props {
  label: string;
  value: string;
  onChange: (text: string) => void;
  number?: boolean;
  time?: boolean;
  lines?: boolean;
  placeholder?: string;
}

const TIME = /^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2})?)?$/;

/** A text that is taken when it is whole: at Enter, or when the field is left. What is no number or no time is not taken. */
export function Typed({ label, value, onChange, number, time, lines, placeholder }: Props) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  const wrong = text !== '' && ((number && !Number.isFinite(Number(text))) || (time && !TIME.test(text)));
  const take = () => {
    if (!wrong && text !== value) onChange(text);
  };
  const shared = { ariaLabel: label, value: text, placeholder, invalid: wrong, onBlur: take, onChange: ({ detail }: { detail: { value: string } }) => setText(detail.value) };
  if (lines) return <Textarea {...shared} rows={2} />;
  return <Input {...shared} inputMode={number ? 'decimal' : 'text'} onKeyDown={({ detail }) => detail.key === 'Enter' && take()} />;
}
