/** Each pair of neighbouring letters as one number: names are asked for as fast as callers like, and as long. */
const pairsOf = (text: string): Set<number> => {
  const name = text.toLowerCase();
  const pairs = new Set<number>();
  for (let at = 1; at < name.length; at += 1) pairs.add(name.charCodeAt(at - 1) * 0x10000 + name.charCodeAt(at));
  return pairs;
};

const pairsOfLists = new WeakMap<readonly string[], readonly ReadonlySet<number>[]>();

/** Taken apart once a list: callers may ask for unknown models as fast as they like. */
const pairsOfList = (names: readonly string[]): readonly ReadonlySet<number>[] => {
  const known = pairsOfLists.get(names);
  if (known) return known;
  const pairs = names.map(pairsOf);
  pairsOfLists.set(names, pairs);
  return pairs;
};

/** A name that looks like the one asked for, and how much: from 0 to 1. */
export interface Likeness {
  readonly name: string;
  readonly score: number;
}

const leastLikeness = 0.5;

/** Names of a list that look like the one asked for, by the letter pairs they share. */
export const alike = (asked: string, names: readonly string[]): Likeness[] => {
  const wanted = pairsOf(asked);
  const lists = pairsOfList(names);
  return names.flatMap((name, index) => {
    const pairs = lists[index];
    if (!pairs) return [];
    let shared = 0;
    for (const pair of wanted) if (pairs.has(pair)) shared += 1;
    const score = (2 * shared) / Math.max(wanted.size + pairs.size, 1);
    return score < leastLikeness ? [] : [{ name, score }];
  });
};
