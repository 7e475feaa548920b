const longest = 200;
/** Enough of a page for its first sentence. */
const readAtMost = 8 * 1024;

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'", nbsp: " " };

const withoutMarkup = (page: string): string =>
  page
    .replace(/<(script|style|head)\b[\s\S]*?<\/\1>/gi, " ")
    .replace(/<[^<>]*>/g, " ")
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name: string) => entities[name] ?? " ");

/** The first sentence of a text or of a page's text; undefined where there are no words. */
export const firstSentence = (text: string): string | undefined => {
  const read = text.slice(0, readAtMost);
  const words = (/^\s*</.test(read) ? withoutMarkup(read) : read).replace(/\s+/g, " ").trim();
  const sentence = /^.*?[.!?](?=\s|$)/.exec(words)?.[0] ?? words;
  return sentence === "" ? undefined : sentence.slice(0, longest);
};
