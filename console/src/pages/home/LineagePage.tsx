import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import FormField from '@cloudscape-design/components/form-field';
import Header from '@cloudscape-design/components/header';
import Input from '@cloudscape-design/components/input';
import Link from '@cloudscape-design/components/link';
import SpaceBetween from '@cloudscape-design/components/space-between';
import Table from '@cloudscape-design/components/table';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useSearchParams } from 'react-router';

import { useCrumbs } from '../../app/crumbs';
import { paths } from '../../app/paths';
import { useSettings } from '../../app/settings';
import { failureText } from '../../aws/failure';
import { insight, type Lineage } from '../../aws/insight';
import { LineageGraph } from './LineageGraph';
import { kindWord, words } from './words';

/** What a thing came from and what came of it. */
export function LineagePage() {
  const [query, setQuery] = useSearchParams();
  const ref = query.get('ref') ?? '';
  const [text, setText] = useState(ref);
  const { region } = useSettings();
  useCrumbs({ text: words.home, href: paths.home() }, { text: words.lineage, href: paths.lineage(ref) });
  const asked = useQuery({ queryKey: ['lineage', region, ref], queryFn: () => insight.lineage(ref), enabled: ref !== '' });
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={words.lineageHelp}>
        {words.lineage}
      </Header>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setQuery({ ref: text.trim() });
        }}
      >
        <FormField label={words.start} description={words.startHelp} secondaryControl={<Button>{words.show}</Button>}>
          <Input value={text} spellcheck={false} onChange={({ detail }) => setText(detail.value)} />
        </FormField>
      </form>
      {asked.error ? <Alert type="error">{failureText(asked.error)}</Alert> : null}
      {asked.data && asked.data.nodes.length === 0 && <Alert>{words.nothing}</Alert>}
      {asked.data && asked.data.nodes.length > 0 && (
        <SpaceBetween size="l">
          <Container header={<Header variant="h2">{words.graph}</Header>}>
            <LineageGraph lineage={asked.data} about={ref} />
          </Container>
          <Edges lineage={asked.data} />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}

/** The graph in words. */
function Edges({ lineage: { nodes, edges } }: { lineage: Lineage }) {
  const end = (id: string) => {
    const node = nodes.find((n) => n.id === id);
    return node ? (
      <>
        <Link href={node.href}>{node.title}</Link>{' '}
        <Box variant="span" color="text-body-secondary">
          {kindWord(node.kind)}
        </Box>
      </>
    ) : (
      id
    );
  };
  return (
    <Table
      variant="container"
      header={<Header variant="h2">{words.table}</Header>}
      items={edges}
      ariaLabels={{ tableLabel: words.table }}
      columnDefinitions={[
        { id: 'from', header: words.from, cell: ({ from }) => end(from), isRowHeader: true },
        { id: 'how', header: words.how, cell: ({ what }) => what },
        { id: 'to', header: words.to, cell: ({ to }) => end(to) },
      ]}
    />
  );
}
