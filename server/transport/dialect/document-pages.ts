const maxPages = 100;
/** Hardly a page of a document takes less. */
const bytesPerPage = 1_000;

/** Vendors meter a document's pages as pictures too: how many there can be. An address tells nothing of its size. */
export const documentPages = (inlineChars: number | undefined): number =>
  inlineChars === undefined ? maxPages : Math.min(Math.ceil((inlineChars * 3) / 4 / bytesPerPage), maxPages);
