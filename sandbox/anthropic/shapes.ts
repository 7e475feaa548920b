import { optional } from "../shape.ts";
import type { ObjectShape, Shape, Tagged } from "../shape.ts";

// The request of https://platform.claude.com/docs/en/api/messages, field by field.

const cacheControl = optional({
  fields: { type: { words: ["ephemeral"] }, ttl: { words: ["5m", "1h"] } },
  required: ["type"],
});
const cached = (fields: Record<string, Shape>, required: readonly string[]): ObjectShape => ({
  fields: { ...fields, cache_control: cacheControl },
  required,
});
/** Blocks and tools of the vendor's own, which the sandbox does not run, are not looked into. */
const open: ObjectShape = { fields: {}, open: true };

const tagged = (of: Readonly<Record<string, ObjectShape>>): Tagged => ({ tag: "type", of, inPath: true });

const text = cached({ text: "string", citations: optional({ list: "object" }) }, ["text"]);
const image = cached(
  {
    source: tagged({
      base64: {
        fields: { data: "string", media_type: { words: ["image/jpeg", "image/png", "image/gif", "image/webp"] } },
        required: ["data", "media_type"],
      },
      url: { fields: { url: "string" }, required: ["url"] },
      file: { fields: { file_id: "string" }, required: ["file_id"] },
    }),
    transformations: "any",
  },
  ["source"],
);
const document = cached(
  {
    source: tagged({
      base64: {
        fields: { data: "string", media_type: { words: ["application/pdf"] } },
        required: ["data", "media_type"],
      },
      text: { fields: { data: "string", media_type: { words: ["text/plain"] } }, required: ["data", "media_type"] },
      content: { fields: { content: "any" }, required: ["content"] },
      url: { fields: { url: "string" }, required: ["url"] },
      file: { fields: { file_id: "string" }, required: ["file_id"] },
    }),
    title: optional("string"),
    context: optional("string"),
    citations: optional("object"),
  },
  ["source"],
);
const searchResult = cached({ content: "list", source: "string", title: "string", citations: "any" }, [
  "content",
  "source",
  "title",
]);
const toolUse = cached({ id: "string", name: "string", input: "object", caller: "any", toolset_name: "any" }, [
  "id",
  "name",
  "input",
]);
const toolResult = cached(
  {
    tool_use_id: "string",
    content: {
      either: [
        "string",
        { list: tagged({ text, image, document, search_result: searchResult, tool_reference: open }) },
      ],
    },
    is_error: "boolean",
    toolset_name: "any",
  },
  ["tool_use_id"],
);

// https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-search-tool
const foundPage: ObjectShape = {
  fields: {
    type: { words: ["web_search_result"] },
    url: "string",
    title: "string",
    encrypted_content: "string",
    page_age: optional("string"),
  },
  required: ["type", "url", "title", "encrypted_content"],
};
const searchError: ObjectShape = {
  fields: {
    type: { words: ["web_search_tool_result_error"] },
    error_code: {
      words: [
        "invalid_tool_input",
        "unavailable",
        "max_uses_exceeded",
        "too_many_requests",
        "query_too_long",
        "request_too_large",
      ],
    },
  },
  required: ["type", "error_code"],
};
const searchFields: Readonly<Record<string, Shape>> = {
  name: { words: ["web_search"] },
  max_uses: optional("integer"),
  allowed_domains: optional({ list: "string" }),
  blocked_domains: optional({ list: "string" }),
  user_location: optional({
    fields: {
      type: { words: ["approximate"] },
      city: optional("string"),
      region: optional("string"),
      country: optional("string"),
      timezone: optional("string"),
    },
    required: ["type"],
  }),
  defer_loading: "boolean",
  strict: "boolean",
};
const searchTools: Readonly<Record<string, ObjectShape>> = {
  web_search_20250305: cached(searchFields, ["name"]),
  web_search_20260209: cached({ ...searchFields, allowed_callers: "list" }, ["name"]),
  web_search_20260318: cached(
    { ...searchFields, allowed_callers: "list", response_inclusion: { words: ["full", "excluded"] } },
    ["name"],
  ),
};

const effort: Shape = { words: ["low", "medium", "high", "xhigh", "max"] };

const block = tagged({
  text,
  image,
  document,
  search_result: searchResult,
  thinking: { fields: { thinking: "string", signature: "string" }, required: ["signature", "thinking"] },
  redacted_thinking: { fields: { data: "string" }, required: ["data"] },
  tool_use: toolUse,
  tool_result: toolResult,
  server_tool_use: cached({ id: "string", name: "string", input: "object", caller: "any" }, ["id", "name", "input"]),
  web_search_tool_result: cached(
    { tool_use_id: "string", content: { either: [{ list: foundPage }, searchError] }, caller: "any" },
    ["tool_use_id", "content"],
  ),
  web_fetch_tool_result: open,
  code_execution_tool_result: open,
  bash_code_execution_tool_result: open,
  text_editor_code_execution_tool_result: open,
  tool_search_tool_result: open,
  container_upload: open,
  mcp_tool_use: open,
  mcp_tool_result: open,
  compaction: open,
});

/** Whether a request brings a beta, by the name that it begins with. */
export type OffersBeta = (name: string) => boolean;

const toolChange = (kinds: Readonly<Record<string, ObjectShape>>): ObjectShape =>
  cached({ tool: { tag: "type", of: kinds } }, ["tool"]);
const toolByName: ObjectShape = { fields: { name: "string" }, required: ["name"] };
const toolsByName = {
  tool_reference: toolByName,
  mcp_tool_reference: open,
  mcp_toolset_reference: open,
} as const;

// https://platform.claude.com/docs/en/build-with-claude/mid-conversation-system-messages#mid-conversation-tool-changes
const changedTools = (offers: OffersBeta): Readonly<Record<string, ObjectShape>> => {
  const inline = offers("inline-tools-");
  if (!inline && !offers("mid-conversation-tool-changes-")) return {};
  return {
    tool_addition: toolChange({
      ...toolsByName,
      ...(inline ? { tool_definition: { fields: { definition: "object" } } } : {}),
    }),
    tool_removal: toolChange(toolsByName),
  };
};

/** Effort of the turns that follow; Claude Code asks for it by another name. */
const changesOutput = (offers: OffersBeta): boolean =>
  offers("mid-conversation-output-config-") || offers("per-turn-control-");

const message = (offers: OffersBeta): ObjectShape => ({
  fields: {
    role: { words: ["user", "assistant", "system"] },
    content: { either: ["string", { list: { ...block, of: { ...block.of, ...changedTools(offers) } } }] },
    ...(changesOutput(offers)
      ? { output_config: optional({ fields: { effort: optional(effort), task_budget: "any" } }) }
      : {}),
    ...(offers("mid-conversation-system-clear-at-")
      ? { clear_at: optional({ words: ["next_user_message", "never"] }) }
      : {}),
  },
  required: changesOutput(offers) ? ["role"] : ["role", "content"],
});

const customTool = cached(
  {
    name: "string",
    description: "string",
    input_schema: { fields: { type: { words: ["object"] } }, required: ["type"], open: true },
    allowed_callers: "list",
    defer_loading: "boolean",
    eager_input_streaming: optional("boolean"),
    input_examples: "list",
    strict: "boolean",
  },
  ["name", "input_schema"],
);

const ownTools = [
  "bash_20241022",
  "bash_20250124",
  "browser_toolset_20260801",
  "code_execution_20250522",
  "code_execution_20250825",
  "code_execution_20260120",
  "code_execution_20260521",
  "computer_20241022",
  "computer_20250124",
  "computer_20251124",
  "computer_toolset_20260801",
  "mcp_toolset",
  "memory_20250818",
  "text_editor_20241022",
  "text_editor_20250124",
  "text_editor_20250429",
  "text_editor_20250728",
  "tool_search_tool_bm25_20251119",
  "tool_search_tool_regex_20251119",
  "web_fetch_20250910",
  "web_fetch_20260209",
  "web_fetch_20260309",
  "web_fetch_20260318",
];

const parallel = { disable_parallel_tool_use: "boolean" } as const;

// https://platform.claude.com/docs/en/build-with-claude/thinking#controlling-thinking-display
const thinking = (offers: OffersBeta): Tagged => {
  const display = optional({
    words: ["summarized", "omitted", ...(offers("thinking-display-updates-") ? ["updates"] : [])],
  });
  const binding: Record<string, Shape> = offers("thinking-binding-controls-") ? { block_binding: "any" } : {};
  return tagged({
    enabled: { fields: { budget_tokens: "any", display, ...binding } },
    adaptive: { fields: { display, ...binding } },
    between_tools: { fields: {} },
    disabled: { fields: {} },
  });
};

/** Fields that a beta brings, by the name its header begins with. */
const betaFields: Readonly<Record<string, string>> = {
  context_management: "context-management-",
  fallbacks: "server-side-fallback-",
  mcp_servers: "mcp-client-",
  output_format: "structured-outputs-",
  compaction: "compact-",
};

const common = (offers: OffersBeta): Record<string, Shape> => ({
  model: "string",
  messages: { list: message(offers) },
  cache_control: cacheControl,
  output_config: optional({
    fields: {
      effort: optional(effort),
      format: optional({
        fields: { type: { words: ["json_schema"] }, schema: "object" },
        required: ["type", "schema"],
      }),
      task_budget: "any",
    },
  }),
  speed: optional({ words: ["standard", "fast"] }),
  system: { either: ["string", { list: tagged({ text }) }] },
  thinking: thinking(offers),
  tool_choice: tagged({
    auto: { fields: parallel },
    any: { fields: parallel },
    tool: { fields: { ...parallel, name: "string" }, required: ["name"] },
    none: { fields: {} },
  }),
  tools: {
    list: {
      ...tagged({ custom: customTool, ...searchTools, ...Object.fromEntries(ownTools.map((type) => [type, open])) }),
      untagged: "custom",
    },
  },
  user_profile_id: "string",
  workspace_id: "string",
  ...Object.fromEntries(
    Object.entries(betaFields)
      .filter(([, beta]) => offers(beta))
      .map(([name]) => [name, "any" as const]),
  ),
});

/** POST /messages. */
export const messagesShape = (offers: OffersBeta): ObjectShape => ({
  fields: {
    ...common(offers),
    max_tokens: "integer",
    container: "any",
    diagnostics: "any",
    inference_geo: optional("string"),
    metadata: { fields: { user_id: optional("string") } },
    service_tier: { words: ["auto", "standard_only"] },
    stop_sequences: { list: "string" },
    stream: "boolean",
    temperature: "number",
    top_k: "integer",
    top_p: "number",
  },
  required: ["model", "max_tokens", "messages"],
});

/** POST /messages/count_tokens: what is counted, without what is generated. */
export const claudeCountTokensShape = (offers: OffersBeta): ObjectShape => ({
  fields: common(offers),
  required: ["model", "messages"],
});
