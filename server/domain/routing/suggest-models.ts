const pairsOf = (text: string): Set<string> => {
  const name = text.toLowerCase();
  return new Set(Array.from({ length: Math.max(name.length - 1, 0) }, (_, index) => name.slice(index, index + 2)));
};

/** Names that look most like the one asked for (shared letter pairs), best first; none that look like nothing. */
export const suggestModels = (asked: string, names: Iterable<string>, limit = 5): string[] => {
  const wanted = pairsOf(asked);
  const scored: { name: string; score: number }[] = [];
  for (const name of names) {
    const pairs = pairsOf(name);
    let shared = 0;
    for (const pair of pairs) if (wanted.has(pair)) shared += 1;
    const score = (2 * shared) / Math.max(wanted.size + pairs.size, 1);
    if (score >= 0.5) scored.push({ name, score });
  }
  return scored
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, limit)
    .map(({ name }) => name);
};
