/** Dollars as people type them, with at most nine decimals, in nano-USD; undefined where it is no amount. */
export const parseDollars = (text: string): string | undefined => {
  const match = /^\$?\s*(\d{1,7})(?:\.(\d{1,9}))?$/.exec(text.trim());
  if (!match?.[1]) return undefined;
  return BigInt(`${match[1]}${(match[2] ?? "").padEnd(9, "0")}`).toString();
};
