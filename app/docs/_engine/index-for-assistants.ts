import { documentationSections, type DocumentationPage } from "./documentation.ts";
import { markdownAddress } from "./markdown-address.ts";
import { pageMarkdown } from "./page-markdown.ts";

const summary =
  "One gateway through which apps call paid APIs (AI, e-mail, payments): hard budgets reserved before the call, one ledger row a call, vendor keys that never leave it.";

const tools =
  "An assistant with a credential can ask a running Nexus itself, by MCP at `/mcp`: budgets, usage, calls and their cost, prices, models, routes, this documentation. How: ";

/** As much as an assistant reads at once. */
const longestWhole = 400_000;

const lineOf = (page: DocumentationPage, origin: string): string => {
  const { heading, description } = page.data;
  return `- [${heading}](${origin}${markdownAddress(page)})${description === undefined ? "" : `: ${description}`}`;
};

/** `/llms.txt`: every page with its address as Markdown and what it is about. */
export const llmsIndex = (origin: string): string =>
  [
    "# Topolo Nexus",
    "",
    `> ${summary}`,
    "",
    `${tools}[set-up](${origin}/docs/guides/assistants.md).`,
    ...documentationSections().flatMap(({ title, pages }) => [
      "",
      `## ${title}`,
      "",
      ...pages.map((page) => lineOf(page, origin)),
    ]),
    "",
  ].join("\n");

/** `/llms-full.txt`: the pages themselves, in their order, as many as fit whole. */
export const llmsWhole = (origin: string): string => {
  const taken: string[] = [];
  const left: string[] = [];
  let length = 0;
  for (const page of documentationSections().flatMap(({ pages }) => pages)) {
    const text = pageMarkdown(page, origin);
    if (length + text.length > longestWhole) {
      left.push(lineOf(page, origin));
      continue;
    }
    length += text.length;
    taken.push(text);
  }
  return [...taken, ...(left.length === 0 ? [] : [`# Pages that did not fit\n\n${left.join("\n")}\n`])].join("\n\n");
};
