import { countTokens } from "./count-tokens.ts";

/** A page that a search found. */
export interface FoundPage {
  readonly url: string;
  readonly title: string;
  readonly text: string;
}

/** One search of an answer. */
export interface MadeSearch {
  readonly query: string;
  readonly pages: readonly FoundPage[];
  /** Why it found nothing, in the vendor's word; such a search is not billed. */
  readonly error: string | undefined;
}

/** What a request's user asks of the searches, and what its tool permits. */
interface SearchAsk {
  readonly text: string;
  readonly most: number;
  readonly domain: string | undefined;
  /** What is answered to a search beyond the most; undefined where such a search is ignored. */
  readonly beyond?: string;
}

const wordsOf = (text: string): string =>
  text
    .replaceAll(/\[\[[^\]]*\]\]/g, " ")
    .replaceAll(/\s+/g, " ")
    .trim()
    .slice(0, 80);

const pageOf = (query: string, domain: string, at: number): FoundPage => ({
  url: `https://${domain}/${at + 1}`,
  title: `Page ${at + 1} about ${query}`,
  text: `What page ${at + 1} says about ${query}, as the sandbox made it up.`,
});

/**
 * The searches of an answer: one, or as many as the user's words say (`[[searches:3]]`); the first of them fails where they
 * say so (`[[search-error:too_many_requests]]`).
 */
export function makeSearches({ text, most, domain = "sandbox.example", beyond }: SearchAsk): readonly MadeSearch[] {
  const asked = Number(/\[\[searches:(\d{1,2})\]\]/.exec(text)?.[1] ?? 1);
  const error = /\[\[search-error:([a-z_]+)\]\]/.exec(text)?.[1];
  const query = wordsOf(text);
  const made = Array.from({ length: Math.min(asked, most) }, (_, at): MadeSearch => {
    const failed = at === 0 ? error : undefined;
    return {
      query: `${query} ${at + 1}`.trim(),
      pages: failed === undefined ? [0, 1].map((page) => pageOf(query, domain, at * 2 + page)) : [],
      error: failed,
    };
  });
  return asked > most && beyond !== undefined ? [...made, { query, pages: [], error: beyond }] : made;
}

/** Searches that are billed: those that found something. */
export const billedSearches = (searches: readonly MadeSearch[]): number =>
  searches.filter(({ error }) => error === undefined).length;

/** Tokens of what was found, and of all that is read again: before each search stands the prompt, and what was found so far. */
export function readTokens(
  prompt: number,
  searches: readonly MadeSearch[],
): { readonly found: number; readonly again: number } {
  let [found, again] = [0, 0];
  for (const { pages } of searches) {
    again += prompt + found;
    found += countTokens(pages.map(({ title, text }) => title + text).join(""));
  }
  return { found, again };
}
