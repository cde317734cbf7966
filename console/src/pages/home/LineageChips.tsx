import './home.css';

import { useQuery } from '@tanstack/react-query';

import { paths } from '../../app/paths';
import { useSettings } from '../../app/settings';
import { insight } from '../../aws/insight';
import { Status } from '../../ui/Status';
import { chipsOf, type Node } from './chips';
import { kindWord, words } from './words';

/** Of each kind of tie so many are shown; the lineage page has the others. */
const SHOWN = 6;

/** Who wrote a thing and what is made of it, each a link. Nothing where nothing is known. */
export function LineageChips({ about }: { about: string }) {
  const { region } = useSettings();
  // an aside of its page: what it cannot learn it does not say
  const asked = useQuery({ queryKey: ['lineage', region, about], queryFn: () => insight.lineage(about), staleTime: 30_000, retry: false });
  if (!asked.data) return null;
  const { started, wrote, written, named, read } = chipsOf(asked.data, about);
  if (started.length + wrote.length + written.length + named.length + read.length === 0) return null;
  return (
    <section className="tx-chips" aria-label={words.lineage}>
      <Group title={words.started} nodes={started} about={about} />
      <Group title={words.wrote} nodes={wrote} about={about} />
      <Group title={words.written} nodes={written} about={about} />
      <Group title={words.named} nodes={named} about={about} />
      <Group title={words.read} nodes={read} about={about} />
    </section>
  );
}

function Group({ title, nodes, about }: { title: string; nodes: Node[]; about: string }) {
  if (nodes.length === 0) return null;
  return (
    <div className="tx-chips-group">
      <span className="tx-dim">{title}</span>
      <ul>
        {nodes.slice(0, SHOWN).map((node) => (
          <li key={node.id}>
            <a className="tx-chip" href={node.href}>
              <span className="tx-dim">{kindWord(node.kind)}</span> <span className="tx-chip-title">{node.title}</span>
              {node.status && <Status of={node.status} />}
            </a>
          </li>
        ))}
        {nodes.length > SHOWN && (
          <li>
            <a className="tx-chip" href={paths.lineage(about)}>
              {words.others(nodes.length - SHOWN)}
            </a>
          </li>
        )}
      </ul>
    </div>
  );
}
