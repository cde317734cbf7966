export function setOnRoot(css: string): Set<string>;
export function askedFor(sources: string[]): Set<string>;
export function withoutFallbacks(css: string, known: ReadonlySet<string>): string;
export function withoutUnasked(css: string, asked: ReadonlySet<string>): string;
