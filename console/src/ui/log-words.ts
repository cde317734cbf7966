export const logWords = {
  find: 'Find in the lines that are here',
  wrap: 'Wrap lines',
  follow: 'Follow',
  older: 'Load older lines',
  copy: 'Copy the log',
  noMatch: 'No line has this text',
  loading: 'Loading',
  lines: (count: number) => (count === 1 ? '1 line' : `${count.toLocaleString()} lines`),
  matches: (count: number, all: number) => `${count.toLocaleString()} of ${all.toLocaleString()} lines`,
} as const;
