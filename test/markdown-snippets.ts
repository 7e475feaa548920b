import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Pages that people copy from; what works on Nexus itself, generated pages and decisions are none. */
const pages = ["README.md", "client-sdk/README.md", "docs/**/*.md", "app/**/*.md"];
const none = /^docs\/(decisions|generated|services)\/|node_modules|\.next/;

/** A block of code in a page. */
export interface Snippet {
  /** `page:line`, for people. */
  readonly place: string;
  readonly page: string;
  readonly language: string;
  readonly text: string;
}

const block = /^```(\w+)[^\n]*\n([\s\S]*?)^```$/gm;

const snippetsOf = (page: string): readonly Snippet[] => {
  const markdown = readFileSync(join(root, page), "utf8");
  return [...markdown.matchAll(block)].map(({ 1: language = "", 2: text = "", index }) => ({
    place: `${page}:${markdown.slice(0, index).split("\n").length}`,
    page,
    language,
    text,
  }));
};

/** Every block of some languages, page by page. */
export const findSnippets = (...languages: readonly string[]): readonly Snippet[] =>
  globSync(pages, { cwd: root })
    .filter((page) => !none.test(page))
    .toSorted()
    .flatMap(snippetsOf)
    .filter(({ language }) => languages.includes(language));

const continues = (line: string): boolean => line.trimEnd().endsWith("\\");
const isOpen = (command: string): boolean => (command.match(/'/g) ?? []).length % 2 === 1;

/** The calls of curl in a block, each whole: over lines that end in a backslash, and texts that span lines. */
export const curlCommandsOf = (text: string): readonly string[] => {
  const found: string[] = [];
  let command: string | undefined;
  for (const line of text.split("\n")) {
    if (command === undefined && !line.startsWith("curl ")) continue;
    command = command === undefined ? line : `${command}\n${line}`;
    if (continues(line) || isOpen(command)) continue;
    found.push(command);
    command = undefined;
  }
  return found;
};
