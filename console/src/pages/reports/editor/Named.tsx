import Button from '@cloudscape-design/components/button';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';

import { strings } from '../strings';

interface Props {
  title: string;
  addLabel: string;
  items: { id: string; name: string; about?: string }[];
  onAdd: () => void;
  onEdit?: (id: string) => void;
  onRemove: (id: string) => void;
}

/** A short list of what a report has of one sort: add, change, take away. */
export function Named({ title, addLabel, items, onAdd, onEdit, onRemove }: Props) {
  return (
    <section aria-label={title}>
      <SpaceBetween size="xxs">
        <Header variant="h2">{title}</Header>
        {items.map(({ id, name, about }) => (
          <div key={id} className="tx-visual-head">
            <span className="tx-named">
              {onEdit ? <Button variant="inline-link" ariaLabel={strings.change(name)} onClick={() => onEdit(id)}>{name}</Button> : name}
              {about && <small>{about}</small>}
            </span>
            <Button variant="icon" iconName="close" ariaLabel={strings.takeAway(name)} onClick={() => onRemove(id)} />
          </div>
        ))}
        <Button iconName="add-plus" onClick={onAdd}>{addLabel}</Button>
      </SpaceBetween>
    </section>
  );
}
