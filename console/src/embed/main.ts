import { read } from './address';

/** What is in the frame: a dashboard or a visual of it, or the frame without a size through which AWS's SDK sends its messages. */
const address = read(location);
if (address.control) void import('./control').then(({ relay }) => relay());
else void import('./mount').then(({ mount }) => mount(address));
