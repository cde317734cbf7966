import Button from '@cloudscape-design/components/button';
import FormField from '@cloudscape-design/components/form-field';
import Input from '@cloudscape-design/components/input';
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { words } from './words';

/** The pattern of the search, kept in the address. */
export function usePattern(): string {
  return useSearchParams()[0].get('filter') ?? '';
}

export function PatternBar() {
  const [query, setQuery] = useSearchParams();
  const [text, setText] = useState(query.get('filter') ?? '');
  const apply = (pattern: string) =>
    setQuery(
      (old) => {
        const next = new URLSearchParams(old);
        if (pattern) next.set('filter', pattern);
        else next.delete('filter');
        return next;
      },
      { replace: true },
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        apply(text.trim());
      }}
    >
      <FormField label={words.pattern} description={words.patternHelp} secondaryControl={<Button>{words.apply}</Button>}>
        <Input
          type="search"
          value={text}
          spellcheck={false}
          onChange={({ detail }) => {
            setText(detail.value);
            if (detail.value === '') apply('');
          }}
        />
      </FormField>
    </form>
  );
}
