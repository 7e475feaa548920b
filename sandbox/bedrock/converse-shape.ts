import type { ObjectShape, Shape } from "../shape.ts";

// The request of https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html, field by field.

const bytes: ObjectShape = { fields: { bytes: "string" }, required: ["bytes"] };
const cachePoint: ObjectShape = {
  fields: { type: { words: ["default"] }, ttl: { words: ["5m", "1h"] } },
  required: ["type"],
};
const image: ObjectShape = {
  fields: { format: { words: ["png", "jpeg", "gif", "webp"] }, source: bytes },
  required: ["format", "source"],
};
const document: ObjectShape = {
  fields: {
    format: { words: ["pdf", "csv", "doc", "docx", "xls", "xlsx", "html", "txt", "md"] },
    name: "string",
    source: bytes,
    citations: "object",
  },
  required: ["name", "source"],
};
const toolUse: ObjectShape = {
  fields: { toolUseId: "string", name: "string", input: "any" },
  required: ["toolUseId", "name", "input"],
};
const reasoning: ObjectShape = {
  fields: {
    reasoningText: { fields: { text: "string", signature: "string" }, required: ["text"] },
    redactedContent: "string",
  },
};
const toolResult: ObjectShape = {
  fields: {
    toolUseId: "string",
    content: { list: { fields: { text: "string", json: "any", image, document } } },
    status: { words: ["success", "error"] },
  },
  required: ["toolUseId", "content"],
};
const block: ObjectShape = {
  fields: { text: "string", image, document, toolUse, toolResult, reasoningContent: reasoning, cachePoint },
};
const tool: Shape = {
  fields: {
    toolSpec: {
      fields: {
        name: "string",
        description: "string",
        inputSchema: { fields: { json: "object" }, required: ["json"] },
        strict: "boolean",
      },
      required: ["name", "inputSchema"],
    },
    cachePoint,
  },
};

/** POST /model/{id}/converse and /converse-stream. */
export const converseShape: ObjectShape = {
  fields: {
    messages: {
      list: {
        fields: { role: { words: ["user", "assistant"] }, content: { list: block } },
        required: ["role", "content"],
      },
    },
    system: { list: { fields: { text: "string", cachePoint } } },
    inferenceConfig: {
      fields: { maxTokens: "integer", temperature: "number", topP: "number", stopSequences: { list: "string" } },
    },
    toolConfig: {
      fields: {
        tools: { list: tool },
        toolChoice: {
          fields: { auto: "object", any: "object", tool: { fields: { name: "string" }, required: ["name"] } },
        },
      },
      required: ["tools"],
    },
    additionalModelRequestFields: "object",
    additionalModelResponseFieldPaths: { list: "string" },
  },
};
