import Select, { type SelectProps } from '@cloudscape-design/components/select';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';

import { failureText } from '../../../aws/failure';
import { insight } from '../../../aws/insight';
import { strings } from '../strings';
import type { Choice } from './SnippetModal';
import { flowSnippets } from './templates';

/** The list of service actions and kinds of states that a snippet can be made of. */
export function SnippetSelect({ onChoose }: { onChoose: (choice: Choice) => void }) {
  const [wanted, setWanted] = useState(false);
  const integrations = useQuery({ queryKey: ['integrations'], queryFn: insight.integrations, staleTime: Infinity, enabled: wanted });
  const options = useMemo(() => {
    const groups = new Map<string, SelectProps.Option[]>();
    for (const [index, one] of (integrations.data ?? []).entries()) {
      const service = one.title.split(': ')[0] ?? one.service;
      groups.set(service, [...(groups.get(service) ?? []), { value: `action:${index}`, label: one.title, tags: [one.action] }]);
    }
    return [
      ...[...groups].map(([label, found]) => ({ label, options: found })),
      { label: strings.author.flow, options: flowSnippets.map(({ id, title }) => ({ value: `flow:${id}`, label: title })) },
    ];
  }, [integrations.data]);
  return (
    <Select
      selectedOption={null}
      placeholder={strings.author.generate}
      ariaLabel={strings.author.generate}
      filteringType="auto"
      filteringAriaLabel={strings.author.generate}
      expandToViewport
      options={options}
      empty={strings.author.generateEmpty}
      statusType={integrations.error ? 'error' : integrations.isPending && wanted ? 'loading' : 'finished'}
      errorText={integrations.error ? failureText(integrations.error) : undefined}
      recoveryText="Retry"
      onFocus={() => setWanted(true)}
      onLoadItems={() => {
        setWanted(true);
        if (integrations.error) void integrations.refetch();
      }}
      onChange={({ detail }) => {
        const [kind, id] = (detail.selectedOption.value ?? '').split(':');
        if (kind === 'action') {
          const integration = integrations.data?.[Number(id)];
          if (integration) onChoose({ integration });
        } else {
          const flow = flowSnippets.find((one) => one.id === id);
          if (flow) onChoose(flow);
        }
      }}
    />
  );
}
