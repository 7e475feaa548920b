/** Words that say nothing by themselves; "its id" of an `id` has no others. */
const empty: ReadonlySet<string> = new Set(
  "a an and as at by for from here how in is it its kind many of on or people the this to was what when where which who whose why with id".split(
    " ",
  ),
);

const stemOf = (word: string): string => word.replace(/(?:ed|ing|es|s)$/, "");

const wordsOf = (text: string): readonly string[] =>
  text
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, " ")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== "" && !empty.has(word));

/** Whether a field's text says no more than its name does; what stands in backticks is a form, and meaning takes words. */
export const restatesName = (name: string, text: string): boolean => {
  const known = new Set(wordsOf(name).map(stemOf));
  return wordsOf(text.replaceAll(/`[^`]*`/g, "")).every((word) => known.has(stemOf(word)));
};
