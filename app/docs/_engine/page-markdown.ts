import { posix } from "node:path";
import { fileOfAddress, markdownAddressOfFile, type DocumentationPage } from "./documentation.ts";
import { markdownAddress } from "./markdown-address.ts";
import { readPage } from "./read-page.ts";

const link = /(!?)\[([^\]]*)\]\(<?([^)\s>#]*)(#[^)\s>]*)?>?\)/g;

const pictures = "docs/images/";

/** Of what is a link to nowhere, its words are left. */
const isElsewhere = (path: string): boolean => /^[a-z][a-z0-9+.-]*:/i.test(path);

/**
 * A page as Markdown, for assistants and for whoever copies it: its links are whole addresses, of other pages as Markdown, so that
 * they lead there from wherever the text is put. Files that are no pages are named and not linked.
 */
export const pageMarkdown = (page: DocumentationPage, origin: string): string => {
  const { file } = page.data;
  const folder = posix.dirname(file);
  const addressOf = (path: string, isPicture: boolean): string | undefined => {
    if (path === "") return markdownAddress(page);
    if (path.startsWith("/docs")) return markdownAddressOfFile(fileOfAddress(path)) ?? path;
    if (path.startsWith("/")) return path;
    const target = posix.normalize(posix.join(folder, decodeURIComponent(path)));
    if (isPicture) return target.startsWith(pictures) ? `/docs/images/${target.slice(pictures.length)}` : undefined;
    return markdownAddressOfFile(target);
  };
  return readPage(file)
    .split(/^(```[\s\S]*?^```$)/m)
    .map((part, at) =>
      at % 2 === 1
        ? part
        : part.replaceAll(link, (whole, picture: string, words: string, path: string, anchor = "") => {
            if (isElsewhere(path)) return whole;
            const address = addressOf(path, picture !== "");
            return address === undefined ? words : `${picture}[${words}](${origin}${address}${anchor})`;
          }),
    )
    .join("");
};
