import Header from '@cloudscape-design/components/header';
import Select from '@cloudscape-design/components/select';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useSearchParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { usePages } from '../../aws/queries';
import { UrlTabs } from '../../ui/DetailPage';
import type { WorkGroup } from './api';
import { QueryEditor } from './editor/QueryEditor';
import { RecentQueries } from './RecentQueries';
import { SavedQueries } from './SavedQueries';
import { SettingsTab } from './SettingsTab';
import { strings } from './strings';

/** The work group is part of the address, so that a link to it stays true. */
export function useWorkGroup(): [string, (name: string) => void] {
  const [query, setQuery] = useSearchParams();
  const set = (name: string) =>
    setQuery((old) => {
      const next = new URLSearchParams(old);
      next.set('workgroup', name);
      return next;
    });
  return [query.get('workgroup') ?? 'primary', set];
}

export function AthenaPage() {
  useCrumbs({ text: strings.title, href: paths.athena() }, { text: strings.editor, href: paths.athena() });
  const [workGroup, setWorkGroup] = useWorkGroup();
  const groups = usePages<WorkGroup>('athena', 'ListWorkGroups', {}, 'WorkGroups', { token: 'NextToken', still: true });
  return (
    <SpaceBetween size="m">
      <Header
        variant="h1"
        actions={
          <div className="tx-labelled">
            <Select
              inlineLabelText={strings.workGroup}
              selectedOption={{ value: workGroup, label: workGroup }}
              options={groups.items.map((group) => ({ value: group.Name, label: group.Name, description: group.Description }))}
              onChange={({ detail }) => setWorkGroup(detail.selectedOption.value ?? 'primary')}
            />
          </div>
        }
      >
        {strings.editor}
      </Header>
      <UrlTabs
        label={strings.title}
        tabs={[
          { id: 'editor', label: strings.editor, content: <QueryEditor workGroup={workGroup} /> },
          { id: 'recent', label: strings.recent, content: <RecentQueries workGroup={workGroup} /> },
          { id: 'saved', label: strings.saved, content: <SavedQueries workGroup={workGroup} /> },
          { id: 'settings', label: strings.settings, content: <SettingsTab workGroup={workGroup} /> },
        ]}
      />
    </SpaceBetween>
  );
}
