import DatePicker from '@cloudscape-design/components/date-picker';
import FormField from '@cloudscape-design/components/form-field';
import TimeInput from '@cloudscape-design/components/time-input';
import { useEffect, useState } from 'react';

import { strings } from '../strings';
import { joined, split } from './moments';

interface Props {
  label: string;
  /** `YYYY-MM-DD`, or with `hh:mm:ss` behind it; empty where there is none */
  value: string;
  onChange: (text: string) => void;
  /** the time of the day counts too */
  time: boolean;
}

/** A date, and a time where it counts; taken when it is whole, or when it is gone. */
export function Moment({ label, value, onChange, time }: Props) {
  const [parts, setParts] = useState(() => split(value));
  useEffect(() => setParts(split(value)), [value]);
  const set = (next: { date: string; time: string }) => {
    setParts(next);
    const whole = joined(next, time);
    if (whole !== undefined && whole !== joined(split(value), time)) onChange(whole);
  };
  return (
    // (Cloudscape leaves the calendar's dialog without a name; it is there as soon as it has the focus)
    <div className="tx-moment" onFocusCapture={({ currentTarget }) => currentTarget.querySelector('[role="dialog"]')?.setAttribute('aria-label', label)}>
      <FormField label={label}>
        <DatePicker openCalendarAriaLabel={(chosen) => strings.openCalendar(label) + (chosen ? `, ${chosen}` : '')} placeholder={strings.dateFormat} format="iso" value={parts.date} onChange={({ detail }) => set({ ...parts, date: detail.value })} />
      </FormField>
      {time && (
        <FormField label={strings.timeOf(label)}>
          <TimeInput placeholder={strings.timeFormat} format="hh:mm:ss" value={parts.time} onChange={({ detail }) => set({ ...parts, time: detail.value })} />
        </FormField>
      )}
    </div>
  );
}
