import { messagesFields } from "../../server/transport/anthropic/anthropic-fields.ts";
import { betaRules } from "../../server/transport/anthropic/beta-rules.ts";
import { markdownTable } from "./table.ts";

const code = (text: string): string => `\`${text}\``;

const betas = (passes: boolean): string =>
  markdownTable(
    ["Beta", passes ? "What it changes about the bill" : "Why it is withheld"],
    [...betaRules]
      .filter(([, rule]) => rule.passes === passes)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([family, { because }]) => [code(family), because]),
  );

/** docs/generated/anthropic-betas.md */
export const anthropicBetasPage = (): string =>
  [
    "# Anthropic's betas and fields",
    "",
    "What `POST /v1/messages` does with the betas that a client names in `anthropic-beta`, and with the fields that buy something. Nothing passes",
    "of which the price is not known beforehand. The betas are those that Anthropic's own client and Claude Code name; a beta is meant here by what stands before its date.",
    "",
    "## Passed on",
    "",
    "They reach Anthropic's models as they are. Other vendors' models do not know them.",
    "",
    betas(true),
    "",
    "## Withheld",
    "",
    "The call goes on without them, and `x-nexus-warnings` names each with its reason. A beta that is in neither table is withheld as well.",
    "",
    betas(false),
    "",
    "## Fields that are refused",
    "",
    "With status 422, before anything is held or sent. Tools are refused likewise that the vendor would run (web fetch, code execution, tool search, MCP",
    "toolsets, the advisor): with a fee for each use, or with input that is read once more for each step. That also holds for tools that a message defines.",
    "",
    markdownTable(
      ["Field", "Why"],
      Object.entries(messagesFields.refused).map(([field, why]) => {
        const harmless = messagesFields.harmless?.[field];
        return [code(field), harmless === undefined ? why : `${why}; ${code(JSON.stringify(harmless))} passes`];
      }),
    ),
    "",
  ].join("\n");
