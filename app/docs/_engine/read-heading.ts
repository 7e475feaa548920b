/** The title of a Markdown page and what its first paragraph says, as plain text. */
export interface PageHeading {
  readonly title: string;
  readonly description: string | undefined;
}

const longestDescription = 200;

const plain = (markdown: string): string =>
  markdown
    .replaceAll(/!\[[^\]]*\]\([^)]*\)/g, "")
    .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replaceAll(/[`*_]/g, "")
    .replaceAll(/\s+/g, " ")
    .trim();

const shortened = (text: string): string => {
  if (text.length <= longestDescription) return text;
  const end = text.lastIndexOf(" ", longestDescription);
  return `${text.slice(0, end)} …`;
};

export const readHeading = (markdown: string): PageHeading => {
  const [, heading = "", rest = ""] = /^#[ \t]+(.+)\n([\s\S]*)$/m.exec(markdown) ?? [];
  const paragraph = rest
    .split(/\n{2,}/)
    .map((block) => block.trim())
    .find((block) => block !== "" && !/^(?:[#|>`<!-]|\d+\.|\*)/.test(block));
  return {
    title: plain(heading),
    description: paragraph === undefined ? undefined : shortened(plain(paragraph)),
  };
};
