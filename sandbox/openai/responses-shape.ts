import { optional } from "../shape.ts";
import type { ObjectShape, Shape, Tagged } from "../shape.ts";

// The request of https://platform.openai.com/docs/api-reference/responses/create, field by field.

/** Items and tools of the vendor's own, which the sandbox does not run, are not looked into. */
const open: ObjectShape = { fields: {}, open: true };
const breakpoint = { prompt_cache_breakpoint: "any" } as const;
const detail: Shape = optional({ words: ["auto", "low", "high", "original"] });

const inputParts: Record<string, ObjectShape> = {
  input_text: { fields: { text: "string", ...breakpoint }, required: ["text"] },
  input_image: {
    fields: { detail, file_id: optional("string"), image_url: optional("string"), ...breakpoint },
  },
  input_file: {
    fields: {
      detail,
      file_data: optional("string"),
      file_id: optional("string"),
      file_url: optional("string"),
      filename: optional("string"),
      ...breakpoint,
    },
  },
};
const part: Tagged = {
  tag: "type",
  of: {
    ...inputParts,
    output_text: { fields: { text: "string", annotations: "list", logprobs: "list" }, required: ["text"] },
    refusal: { fields: { refusal: "string" }, required: ["refusal"] },
    input_audio: open,
  },
};
const status: Shape = optional({ words: ["in_progress", "completed", "incomplete"] });

const message: ObjectShape = {
  fields: {
    role: { words: ["user", "assistant", "system", "developer"] },
    content: { either: ["string", { list: part }] },
    id: "string",
    status,
    phase: optional({ words: ["commentary", "final_answer"] }),
  },
  required: ["role", "content"],
};

const own = [
  "additional_tools",
  "apply_patch_call",
  "apply_patch_call_output",
  "code_interpreter_call",
  "compaction",
  "compaction_trigger",
  "computer_call",
  "computer_call_output",
  "configuration_update",
  "custom_tool_call",
  "custom_tool_call_output",
  "file_search_call",
  "image_generation_call",
  "local_shell_call",
  "local_shell_call_output",
  "mcp_approval_request",
  "mcp_approval_response",
  "mcp_call",
  "mcp_list_tools",
  "program",
  "program_output",
  "shell_call",
  "shell_call_output",
  "tool_search_call",
  "tool_search_output",
];

const item: Tagged = {
  tag: "type",
  untagged: "message",
  of: {
    message,
    function_call: {
      fields: {
        call_id: "string",
        name: "string",
        arguments: "string",
        id: "string",
        status,
        caller: "any",
        namespace: "any",
        async: "any",
      },
      required: ["call_id", "name", "arguments"],
    },
    function_call_output: {
      fields: {
        call_id: "string",
        output: { either: ["string", { list: { tag: "type", of: inputParts } }] },
        id: optional("string"),
        status,
        name: "any",
        caller: "any",
        namespace: "any",
      },
      required: ["call_id", "output"],
    },
    reasoning: {
      fields: {
        id: optional("string"),
        summary: "list",
        content: "any",
        encrypted_content: optional("string"),
        status,
      },
      required: ["summary"],
    },
    web_search_call: {
      fields: { id: "string", status, action: "object" },
      required: ["id", "status"],
    },
    item_reference: { fields: { id: "string" }, required: ["id"] },
    ...Object.fromEntries(own.map((type) => [type, open])),
  },
};

const ownTools = [
  "apply_patch",
  "code_interpreter",
  "computer",
  "computer_use_preview",
  "custom",
  "file_search",
  "image_generation",
  "local_shell",
  "mcp",
  "namespace",
  "programmatic_tool_calling",
  "shell",
  "tool_search",
  "web_search_preview",
  "web_search_preview_2025_03_11",
];

// https://platform.openai.com/docs/api-reference/responses/create#responses-create-tools
const webSearch: ObjectShape = {
  fields: {
    external_web_access: "boolean",
    filters: optional({
      fields: { allowed_domains: optional({ list: "string" }), blocked_domains: optional({ list: "string" }) },
    }),
    search_context_size: { words: ["low", "medium", "high"] },
    user_location: optional({
      fields: {
        type: { words: ["approximate"] },
        city: optional("string"),
        country: optional("string"),
        region: optional("string"),
        timezone: optional("string"),
      },
    }),
  },
};
const searchTools = { web_search: webSearch, web_search_2025_08_26: webSearch } as const;

const tool: Tagged = {
  tag: "type",
  of: {
    function: {
      fields: {
        name: "string",
        description: optional("string"),
        parameters: optional("object"),
        strict: optional("boolean"),
        defer_loading: "any",
        allowed_callers: "any",
        async: "any",
        output_schema: "any",
      },
      required: ["name"],
    },
    ...searchTools,
    ...Object.fromEntries(ownTools.map((type) => [type, open])),
  },
};

const format: Tagged = {
  tag: "type",
  of: {
    text: { fields: {} },
    json_object: { fields: {} },
    json_schema: {
      fields: { name: "string", schema: "object", description: optional("string"), strict: optional("boolean") },
      required: ["name", "schema"],
    },
    grammar: open,
    python: open,
  },
};

const toolChoice: Shape = {
  either: [
    { words: ["none", "auto", "required"] },
    {
      tag: "type",
      of: {
        function: { fields: { name: "string" }, required: ["name"] },
        custom: open,
        allowed_tools: open,
        mcp: open,
        ...Object.fromEntries([...Object.keys(searchTools), ...ownTools].map((type) => [type, open])),
      },
    },
  ],
};

/** POST /responses. The effort is looked at with the model. */
export const responsesShape: ObjectShape = {
  fields: {
    access_programs: "any",
    background: optional("boolean"),
    context_management: "any",
    conversation: "any",
    image: "any",
    include: optional({ list: "string" }),
    input: { either: ["string", { list: item }] },
    instructions: optional("string"),
    max_output_tokens: optional("integer"),
    max_tool_calls: optional("integer"),
    metadata: optional("object"),
    model: "string",
    moderation: "any",
    parallel_tool_calls: optional("boolean"),
    previous_response_id: optional("string"),
    prompt: "any",
    prompt_cache_key: optional("string"),
    prompt_cache_options: "any",
    prompt_cache_retention: optional({ words: ["in_memory", "24h"] }),
    reasoning: optional({
      fields: {
        context: "any",
        effort: optional("string"),
        generate_summary: optional({ words: ["auto", "concise", "detailed"] }),
        mode: "any",
        summary: optional({ words: ["auto", "concise", "detailed"] }),
      },
    }),
    safety_identifier: optional("string"),
    service_tier: optional({ words: ["auto", "default", "flex", "scale", "priority", "fast"] }),
    store: optional("boolean"),
    stream: optional("boolean"),
    stream_options: optional({ fields: { include_obfuscation: "boolean" } }),
    temperature: optional("number"),
    text: optional({
      fields: { format: optional(format), verbosity: optional({ words: ["low", "medium", "high"] }) },
    }),
    tool_choice: optional(toolChoice),
    tools: optional({ list: tool }),
    top_logprobs: optional("integer"),
    top_p: optional("number"),
    truncation: optional({ words: ["auto", "disabled"] }),
    user: optional("string"),
  },
};

/** POST /embeddings: https://platform.openai.com/docs/api-reference/embeddings/create */
export const embeddingsShape: ObjectShape = {
  fields: {
    input: { either: ["string", "list"] },
    model: "string",
    dimensions: "integer",
    encoding_format: { words: ["float", "base64"] },
    user: "string",
  },
  required: ["input"],
};
