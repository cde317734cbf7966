/** The words of a backfill. */
export const backfillWords = {
  backfill: 'Backfill',
  backfillHelp: 'Each chosen time starts the targets once more, with that time as the scheduled one',
  from: 'From',
  to: 'To',
  inUtc: 'In UTC',
  inLocal: 'In local time',
  noTime: 'Enter a date and a time',
  backwards: 'This is before the start',
  times: 'times',
  dueTimes: 'When it was due',
  neverDue: 'It was not due in this time',
  dueTruncated: (count: number) => `The first ${count.toLocaleString()} are shown: choose a shorter time for the others.`,
  runSelected: (count: number) => `Run selected (${count.toLocaleString()})`,
  runAll: (count: number) => `Run all (${count.toLocaleString()})`,
  run: 'Run',
  runTitle: (count: number) => (count === 1 ? 'Run it for one time?' : `Run it for ${count.toLocaleString()} times?`),
  runHelp: (first: string, last: string) =>
    first === last ? `Its targets are started as if it were ${first}.` : `Its targets are started as if it were ${first}, and so on up to ${last}.`,
  backfilled: (count: number) => (count === 1 ? 'One invocation is under way' : `${count.toLocaleString()} invocations are under way`),
} as const;
