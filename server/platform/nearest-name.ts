/** Letters to add, drop, replace or swap with the next one until one word is the other. */
const distance = (left: string, right: string): number => {
  let before: number[] = [];
  let row = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let line = 1; line <= left.length; line += 1) {
    const next = [line];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[line - 1] === right[column - 1];
      const swapped = left[line - 1] === right[column - 2] && left[line - 2] === right[column - 1];
      next.push(
        Math.min(
          (row[column] ?? 0) + 1,
          (next[column - 1] ?? 0) + 1,
          (row[column - 1] ?? 0) + (same ? 0 : 1),
          line > 1 && column > 1 && swapped ? (before[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
        ),
      );
    }
    before = row;
    row = next;
  }
  return row[right.length] ?? 0;
};

/** Names are short; what is longer comes from somebody who tries how long it takes. */
const longest = 100;

/**
 * The name of a list that was probably meant, whatever its case. A third of the letters may differ: beyond that the nearest
 * name is no help.
 */
export const nearestName = (asked: string, known: readonly string[]): string | undefined => {
  if (asked.length > longest) return undefined;
  const [best] = known
    .map((name) => ({ name, away: distance(asked.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, away }) => away <= Math.max(asked.length, name.length) / 3)
    .sort((one, other) => one.away - other.away);
  return best?.name;
};
