import { useAction } from '../../aws/queries';
import { ConfirmDelete } from '../../ui/ConfirmDelete';
import { words } from './words';

interface Props {
  schedule: { Name: string; GroupName: string };
  onClose: () => void;
  done?: () => void;
}

export function DeleteSchedule({ schedule: { Name, GroupName }, onClose, done }: Props) {
  const remove = useAction<{ Name: string; GroupName: string }>('scheduler', 'DeleteSchedule', {
    said: () => words.deleted(Name),
    done: () => {
      onClose();
      done?.();
    },
  });
  return (
    <ConfirmDelete what={Name} busy={remove.isPending} onClose={onClose} onConfirm={() => remove.mutate({ Name, GroupName })} />
  );
}
