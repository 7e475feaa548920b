import type { DocumentationPage } from "./documentation.ts";

/** Where a page is read as Markdown. */
export const markdownAddress = ({ slugs, url }: DocumentationPage): string =>
  slugs.length === 0 ? `${url}/index.md` : `${url}.md`;
