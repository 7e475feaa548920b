import { listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { invalid } from "../refusal.ts";
import { blocksOf, messagesOf } from "./content.ts";
import type { MessagesRule } from "./messages-rule.ts";
import { isOwnResult } from "./web-search.ts";

const toolsOf = (body: JsonObject): readonly JsonObject[] => listOf(body["tools"]).map(objectOf);

// https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use#specifying-client-tools
const toolNames: MessagesRule = ({ body }) => {
  const tools = toolsOf(body);
  const at = tools.findIndex(
    (tool) => (tool["type"] ?? "custom") === "custom" && !/^[a-zA-Z0-9_-]{1,128}$/.test(stringOf(tool["name"])),
  );
  if (at >= 0) return invalid(`tools.${at}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
  const names = tools.map((tool) => tool["name"]);
  return new Set(names).size < names.length ? invalid("tools: Tool names must be unique.") : undefined;
};

// https://platform.claude.com/docs/en/api/messages#body-tool-choice
const chosenTool: MessagesRule = ({ body }) => {
  const choice = objectOf(body["tool_choice"]);
  const tools = toolsOf(body);
  if (choice["type"] === undefined) return undefined;
  if (tools.length === 0) return invalid("tool_choice may only be specified while providing tools.");
  return choice["type"] === "tool" && tools.every((tool) => tool["name"] !== choice["name"])
    ? invalid(`Tool '${stringOf(choice["name"])}' not found in provided tools`)
    : undefined;
};

// https://platform.claude.com/docs/en/agents-and-tools/tool-use/server-tools#domain-filtering, …/web-search-tool#max-uses
const searchTool: MessagesRule = ({ body }) => {
  for (const [at, tool] of toolsOf(body).entries()) {
    const type = stringOf(tool["type"]);
    if (!type.startsWith("web_search_")) continue;
    const { allowed_domains: allowed, blocked_domains: blocked, max_uses: uses } = tool;
    if (typeof uses === "number" && uses < 1)
      return invalid(`tools.${at}.${type}.max_uses: Input should be greater than 0`);
    if (listOf(allowed).length > 0 && listOf(blocked).length > 0)
      return invalid(`tools.${at}.${type}: Cannot specify both allowed_domains and blocked_domains`);
    const domain = [...listOf(allowed), ...listOf(blocked)].map(stringOf).find((one) => one.includes("://"));
    if (domain !== undefined) return invalid(`tools.${at}.${type}: Domains must not include a scheme, got '${domain}'`);
  }
  return undefined;
};

// …/web-search-tool#search-results: what is encrypted must come back as it was given
const ownResults: MessagesRule = ({ body }) => {
  for (const [index, message] of messagesOf(body).entries())
    for (const [at, block] of blocksOf(message["content"]).entries()) {
      if (block["type"] !== "web_search_tool_result" || !Array.isArray(block["content"])) continue;
      const strange = listOf(block["content"])
        .map(objectOf)
        .findIndex((result) => !isOwnResult(stringOf(result["encrypted_content"])));
      if (strange >= 0)
        return invalid(
          `messages.${index}.content.${at}: Invalid \`encrypted_content\` in \`search_result\` block ${strange}`,
        );
    }
  return undefined;
};

const ofType = (message: JsonObject | undefined, type: string): readonly JsonObject[] =>
  blocksOf(message?.["content"]).filter((block) => block["type"] === type);

const callIds: MessagesRule = ({ body }) => {
  const seen = new Set<unknown>();
  for (const [index, message] of messagesOf(body).entries()) {
    for (const [at, block] of blocksOf(message["content"]).entries()) {
      if (block["type"] !== "tool_use") continue;
      if (!/^[a-zA-Z0-9_-]+$/.test(stringOf(block["id"]))) {
        return invalid(`messages.${index}.content.${at}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
      }
      if (seen.has(block["id"])) return invalid(`messages.${index}.content.${at}: \`tool_use\` ids must be unique`);
      seen.add(block["id"]);
    }
  }
  return undefined;
};

const rolesOfBlocks: MessagesRule = ({ body }) => {
  for (const [index, message] of messagesOf(body).entries()) {
    const [foreign, role] = message["role"] === "assistant" ? ["tool_result", "user"] : ["tool_use", "assistant"];
    if (ofType(message, foreign).length > 0) {
      return invalid(`messages.${index}: \`${foreign}\` blocks can only be in \`${role}\` messages`);
    }
  }
  return undefined;
};

/** The results that a message begins with: those behind other blocks answer no call. */
function leadingResults(message: JsonObject | undefined): readonly unknown[] {
  const blocks = message?.["role"] === "user" ? blocksOf(message["content"]) : [];
  const end = blocks.findIndex((block) => block["type"] !== "tool_result");
  return blocks.slice(0, end < 0 ? undefined : end).map((block) => block["tool_use_id"]);
}

// https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use#handling-results-from-client-tools
const answeredCalls: MessagesRule = ({ body }) => {
  const messages = messagesOf(body);
  for (const [index, message] of messages.entries()) {
    const results = leadingResults(messages[index + 1]);
    const open = ofType(message, "tool_use")
      .map((block) => stringOf(block["id"]))
      .filter((id) => !results.includes(id));
    if (open.length > 0 && message["role"] === "assistant") {
      return invalid(
        `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${open.join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
      );
    }
  }
  return undefined;
};

const expectedResults: MessagesRule = ({ body }) => {
  const messages = messagesOf(body);
  for (const [index, message] of messages.entries()) {
    const calls = ofType(messages[index - 1], "tool_use").map((block) => block["id"]);
    const seen = new Set<string>();
    for (const [at, block] of blocksOf(message["content"]).entries()) {
      if (block["type"] !== "tool_result") continue;
      const id = stringOf(block["tool_use_id"]);
      if (!calls.includes(id)) {
        return invalid(
          `messages.${index}.content.${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
        );
      }
      if (seen.has(id)) {
        return invalid(
          `messages.${index}.content.${at}: each tool_use must have a single result. Found multiple \`tool_result\` blocks with id: ${id}`,
        );
      }
      seen.add(id);
    }
  }
  return undefined;
};

/** What is refused about tools, calls and results. */
export const toolRules: readonly MessagesRule[] = [
  toolNames,
  chosenTool,
  searchTool,
  ownResults,
  rolesOfBlocks,
  callIds,
  answeredCalls,
  expectedResults,
];
