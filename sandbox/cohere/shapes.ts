import { optional } from "../shape.ts";
import type { ObjectShape, Shape } from "../shape.ts";

const image: ObjectShape = {
  fields: { image_url: { fields: { url: "string", detail: { words: ["auto", "low", "high"] } }, required: ["url"] } },
  required: ["image_url"],
};
const text: ObjectShape = { fields: { text: "string" }, required: ["text"] };
const userContent: Shape = { either: ["string", { list: { tag: "type", of: { text, image_url: image } } }] };
const call: ObjectShape = {
  fields: {
    id: "string",
    type: { words: ["function"] },
    function: { fields: { name: "string", arguments: "string" }, required: ["name", "arguments"] },
  },
  required: ["id", "type", "function"],
};

/** POST /v2/chat, field by field: https://docs.cohere.com/reference/chat */
export const cohereChatShape: ObjectShape = {
  fields: {
    model: "string",
    stream: "boolean",
    messages: {
      list: {
        tag: "role",
        of: {
          system: { fields: { content: userContent }, required: ["content"] },
          user: { fields: { content: userContent }, required: ["content"] },
          assistant: {
            fields: {
              content: optional(userContent),
              tool_plan: "string",
              tool_calls: { list: call },
              citations: "list",
            },
          },
          tool: {
            fields: { tool_call_id: "string", content: { either: ["string", "list"] } },
            required: ["tool_call_id", "content"],
          },
        },
      },
    },
    tools: {
      list: {
        fields: {
          type: { words: ["function"] },
          function: {
            fields: { name: "string", description: "string", parameters: "object" },
            required: ["name", "parameters"],
          },
        },
        required: ["type", "function"],
      },
    },
    strict_tools: "boolean",
    documents: { list: { either: ["string", { fields: { data: "object", id: "string" }, required: ["data"] }] } },
    citation_options: "object",
    response_format: {
      fields: { type: { words: ["text", "json_object"] }, json_schema: "object" },
      required: ["type"],
    },
    safety_mode: { words: ["CONTEXTUAL", "STRICT", "OFF"] },
    max_tokens: "integer",
    stop_sequences: { list: "string" },
    temperature: "number",
    seed: "integer",
    frequency_penalty: "number",
    presence_penalty: "number",
    k: "integer",
    p: "number",
    logprobs: "boolean",
    tool_choice: { words: ["REQUIRED", "NONE"] },
    thinking: { fields: { type: { words: ["enabled", "disabled"] }, token_budget: "integer" }, required: ["type"] },
    priority: "integer",
  },
  required: ["model", "messages"],
};

/** POST /v2/rerank: https://docs.cohere.com/reference/rerank */
export const rerankShape: ObjectShape = {
  fields: {
    model: "string",
    query: "string",
    documents: { list: "string" },
    top_n: "integer",
    max_tokens_per_doc: "integer",
    priority: "integer",
  },
  required: ["model", "query", "documents"],
};

/** POST /v2/embed: https://docs.cohere.com/reference/embed */
export const cohereEmbedShape: ObjectShape = {
  fields: {
    model: "string",
    input_type: { words: ["search_document", "search_query", "classification", "clustering", "image"] },
    texts: { list: "string" },
    images: { list: "string" },
    inputs: "list",
    max_tokens: "integer",
    output_dimension: "integer",
    embedding_types: { list: { words: ["float", "int8", "uint8", "binary", "ubinary", "base64"] } },
    truncate: { words: ["NONE", "START", "END"] },
    priority: "integer",
  },
  required: ["model", "input_type"],
};
