/** Returns why an input cannot be sent; none at all can. */
export function wrongJson(input: string): string | undefined {
  try {
    if (input.trim()) JSON.parse(input);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
