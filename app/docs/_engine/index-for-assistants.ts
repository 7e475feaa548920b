import { documentationSections, type DocumentationPage } from "./documentation.ts";
import { markdownAddress } from "./markdown-address.ts";
import { pageMarkdown } from "./page-markdown.ts";

const summary =
  "One gateway through which apps call paid APIs (AI, e-mail, payments): hard budgets reserved before the call, one ledger row a call, vendor keys that never leave it.";

const tools =
  "An assistant with a credential can ask a running Nexus itself, by MCP at `/mcp`: budgets, usage, calls and their cost, prices, models, routes, this documentation. [How](/docs/guides/assistants.md).";

/** As much as an assistant reads at once. */
const longestWhole = 400_000;

const lineOf = (page: DocumentationPage): string => {
  const { heading, description } = page.data;
  return `- [${heading}](${markdownAddress(page)})${description === undefined ? "" : `: ${description}`}`;
};

/** `/llms.txt`: every page with its address as Markdown and what it is about. */
export const llmsIndex = (): string =>
  [
    "# Topolo Nexus",
    "",
    `> ${summary}`,
    "",
    tools,
    ...documentationSections().flatMap(({ title, pages }) => ["", `## ${title}`, "", ...pages.map(lineOf)]),
    "",
  ].join("\n");

/** `/llms-full.txt`: the pages themselves, in their order, as many as fit whole. */
export const llmsWhole = (): string => {
  const taken: string[] = [];
  const left: string[] = [];
  let length = 0;
  for (const page of documentationSections().flatMap(({ pages }) => pages)) {
    const text = pageMarkdown(page);
    if (length + text.length > longestWhole) {
      left.push(lineOf(page));
      continue;
    }
    length += text.length;
    taken.push(text);
  }
  return [...taken, ...(left.length === 0 ? [] : [`# Pages that did not fit\n\n${left.join("\n")}\n`])].join("\n\n");
};
