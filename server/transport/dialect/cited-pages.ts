import type { Citation, Source } from "../../contracts/ai/web-search.ts";

/** A page, and the words of an answer that rest on it. */
export interface CitedPage {
  readonly url: string;
  readonly title: string;
  readonly start_index: number;
  readonly end_index: number;
}

/** What a text of so many characters rests on; where its vendor does not say, all that was found, and all of it. */
export const citedPages = (
  length: number,
  citations: readonly Citation[] | undefined,
  sources: readonly Source[],
): readonly CitedPage[] => {
  const pages: readonly Citation[] = citations ?? sources;
  return pages.flatMap(({ url, title, startIndex = 0, endIndex = length }) =>
    url === undefined ? [] : [{ url, title: title ?? url, start_index: startIndex, end_index: endIndex }],
  );
};
