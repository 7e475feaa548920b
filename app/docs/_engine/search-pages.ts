import type { SortedResult } from "fumadocs-core/search";
import { initAdvancedSearch, type SearchServer } from "fumadocs-core/search/server";
import { documentation } from "./documentation.ts";
import { isReference, readPage } from "./read-page.ts";
import { searchedText } from "./searched-text.ts";

/** The longest query that is looked for, and how many places are named at most. */
export const searchLimits = { query: 100, results: 24 } as const;

/** Of the API reference what an operation is called and does; its fields would drown every other page. */
const searchedPart = (file: string): string =>
  isReference(file) ? readPage(file).replaceAll(/^\|.*$/gm, "") : readPage(file);

let index: SearchServer | undefined;

const buildIndex = (): SearchServer =>
  initAdvancedSearch({
    language: "english",
    indexes: documentation()
      .getPages()
      .map(({ url, data: { file, heading, description } }) => ({
        id: url,
        url,
        title: heading,
        ...(description === undefined ? {} : { description }),
        structuredData: searchedText(searchedPart(file)),
      })),
  });

/** Places of the documentation that say what is looked for, the best first. The index is made at the first search, in this process. */
export const searchPages = async (query: string): Promise<readonly SortedResult[]> => {
  const wanted = query.trim().slice(0, searchLimits.query);
  if (wanted === "") return [];
  index ??= buildIndex();
  return (await index.search(wanted)).slice(0, searchLimits.results);
};
