// The signs at which a state can be added: to be pressed, and to drop a state on.

import './add-places.css';
import { ViewportPortal } from '@xyflow/react';
import type { KeyboardEvent } from 'react';

import type { AddPlace } from './add';
import { END, START } from './size';
import { addWords } from './words';

interface Props {
  places: readonly AddPlace[];
  /** where something that is dragged would go to */
  aimed: AddPlace | undefined;
  onAdd: (place: AddPlace) => void;
  /** Back to a state. */
  onLeave: (name: string) => void;
}

export function AddPlaces({ places, aimed, onAdd, onLeave }: Props) {
  const onKeyDown = (event: KeyboardEvent<HTMLButtonElement>, { from, to }: AddPlace) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const beside = (step: 1 | -1) => {
      const signs = [...(event.currentTarget.parentElement?.querySelectorAll<HTMLElement>('.graph-add') ?? [])];
      signs[signs.indexOf(event.currentTarget) + step]?.focus();
    };
    if (event.key === 'ArrowDown' && to !== undefined) onLeave(to);
    else if (event.key === 'ArrowUp' && from !== undefined) onLeave(from);
    else if (event.key === 'ArrowLeft') beside(-1);
    else if (event.key === 'ArrowRight') beside(1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <ViewportPortal>
      <div role="group" aria-label={addWords.places}>
        {places.map((place) => (
          <button
            key={place.id}
            type="button"
            className={place.id === aimed?.id ? 'graph-add graph-add-aimed nopan' : 'graph-add nopan'}
            style={{ transform: `translate(${place.at.x}px, ${place.at.y}px)` }}
            tabIndex={-1}
            aria-label={addWords.place(place.from, place.to)}
            title={addWords.place(place.from, place.to)}
            data-from={place.from ?? START}
            data-to={place.to ?? END}
            onClick={() => onAdd(place)}
            onKeyDown={(event) => onKeyDown(event, place)}
          >
            +
          </button>
        ))}
      </div>
    </ViewportPortal>
  );
}
