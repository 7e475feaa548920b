import type { StructuredData } from "fumadocs-core/mdx-plugins/remark-structure";
import GithubSlugger from "github-slugger";

const plain = (markdown: string): string =>
  markdown
    .replaceAll(/<a id="[^"]*"><\/a>/g, "")
    .replaceAll(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/\*\*|`|^>\s?/gm, "")
    .replaceAll(/\s+/g, " ")
    .trim();

/** A row of a table, an entry of a list or a paragraph: what a reader would call a place. */
const placesOf = (block: string): readonly string[] => {
  if (block.startsWith("|"))
    return block
      .split("\n")
      .filter((row) => !/^\|[\s:|-]+$/.test(row))
      .map((row) => row.replaceAll(/(?<!\\)\|/g, " "));
  return block.split(/\n(?=\s*(?:[-*]|\d+\.) )/);
};

/**
 * What the search looks through: headings and the text below them, without code. Read by lines, as parsing every page takes
 * seconds that the process would not answer in.
 */
export const searchedText = (markdown: string): StructuredData => {
  const slugger = new GithubSlugger();
  const headings: StructuredData["headings"] = [];
  const contents: StructuredData["contents"] = [];
  let heading: string | undefined;
  for (const block of markdown
    .replaceAll(/^(`{3,})[\s\S]*?^\1/gm, "")
    .split(/\n{2,}|\n(?=#{2,6} )|(?<=^#{1,6} .*)\n/m)) {
    const [, level, title] = /^(#{1,6})[ \t]+(.+)$/.exec(block.trim()) ?? [];
    if (level === "#") continue;
    if (title !== undefined) {
      heading = slugger.slug(plain(title));
      headings.push({ id: heading, content: plain(title) });
      continue;
    }
    for (const place of placesOf(block.trim())) {
      const content = plain(place);
      if (content !== "") contents.push({ heading, content });
    }
  }
  return { headings, contents };
};
