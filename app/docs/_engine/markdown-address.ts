interface Addressed {
  readonly slugs: readonly string[];
  readonly url: string;
}

/** Where a page is read as Markdown. */
export const markdownAddress = ({ slugs, url }: Addressed): string =>
  slugs.length === 0 ? `${url}/index.md` : `${url}.md`;
