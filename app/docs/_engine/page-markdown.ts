import { posix } from "node:path";
import { addressOfFile, type DocumentationPage } from "./documentation.ts";
import { readPage } from "./read-page.ts";

const link = /(!?\[[^\]]*\]\()<?([^)\s>#]*)(#[^)\s>]*)?>?(\))/g;

/** A page as Markdown whose links lead to other pages, for assistants and for whoever copies it. */
export const pageMarkdown = ({ data: { file } }: DocumentationPage): string =>
  readPage(file).replaceAll(link, (whole, before: string, path: string, anchor = "", after: string) => {
    if (path === "" || /^(?:[a-z][a-z0-9+.-]*:|\/)/i.test(path)) return whole;
    const address = addressOfFile(posix.normalize(posix.join(posix.dirname(file), path)));
    return address === undefined ? whole : `${before}${address}.md${anchor}${after}`;
  });
