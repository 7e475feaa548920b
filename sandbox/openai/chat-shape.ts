import { optional } from "../shape.ts";
import type { ObjectShape, Shape } from "../shape.ts";

// The request of https://platform.openai.com/docs/api-reference/chat/create, field by field.

const breakpoint = { prompt_cache_breakpoint: "any" } as const;
const textPart: ObjectShape = { fields: { text: "string", ...breakpoint }, required: ["text"] };
const userPart: Shape = {
  tag: "type",
  of: {
    text: textPart,
    image_url: {
      fields: {
        image_url: {
          fields: { url: "string", detail: { words: ["auto", "low", "high", "original"] } },
          required: ["url"],
        },
        ...breakpoint,
      },
      required: ["image_url"],
    },
    input_audio: {
      fields: {
        input_audio: {
          fields: { data: "string", format: { words: ["wav", "mp3"] } },
          required: ["data", "format"],
        },
        ...breakpoint,
      },
      required: ["input_audio"],
    },
    file: {
      fields: {
        file: { fields: { file_data: "string", file_id: "string", filename: "string" } },
        ...breakpoint,
      },
      required: ["file"],
    },
  },
};
const texts: Shape = { either: ["string", { list: { tag: "type", of: { text: textPart } } }] };

const named = (content: Shape): ObjectShape => ({ fields: { content, name: "string" }, required: ["content"] });

const calledFunction: ObjectShape = {
  fields: { name: "string", arguments: "string" },
  required: ["name", "arguments"],
};
const toolCall: Shape = {
  tag: "type",
  of: {
    function: { fields: { id: "string", function: calledFunction }, required: ["id", "function"] },
    custom: { fields: { id: "string", custom: "object" }, required: ["id", "custom"] },
  },
};

const message: Shape = {
  tag: "role",
  of: {
    system: named(texts),
    assistant: {
      fields: {
        content: optional({
          either: [
            "string",
            {
              list: {
                tag: "type",
                of: { text: textPart, refusal: { fields: { refusal: "string" }, required: ["refusal"] } },
              },
            },
          ],
        }),
        name: "string",
        refusal: optional("string"),
        audio: optional({ fields: { id: "string" }, required: ["id"] }),
        tool_calls: optional({ list: toolCall }),
        function_call: optional(calledFunction),
        // An answer may be sent back as it came.
        annotations: "list",
      },
    },
    user: named({ either: ["string", { list: userPart }] }),
    function: { fields: { content: optional("string"), name: "string" }, required: ["name"] },
    tool: { fields: { content: texts, tool_call_id: "string" }, required: ["content", "tool_call_id"] },
    developer: named(texts),
  },
};

const tool: Shape = {
  tag: "type",
  of: {
    function: {
      fields: {
        function: {
          fields: {
            name: "string",
            description: optional("string"),
            parameters: optional("object"),
            strict: optional("boolean"),
          },
          required: ["name"],
        },
      },
      required: ["function"],
    },
    custom: { fields: { custom: "object" }, required: ["custom"] },
  },
};

const toolChoice: Shape = {
  either: [
    { words: ["none", "auto", "required"] },
    {
      tag: "type",
      of: {
        function: {
          fields: { function: { fields: { name: "string" }, required: ["name"] } },
          required: ["function"],
        },
        custom: { fields: { custom: "object" }, required: ["custom"] },
        allowed_tools: { fields: { allowed_tools: "object" }, required: ["allowed_tools"] },
      },
    },
  ],
};

const responseFormat: Shape = {
  tag: "type",
  of: {
    text: { fields: {} },
    json_object: { fields: {} },
    json_schema: {
      fields: {
        json_schema: {
          fields: {
            name: "string",
            description: optional("string"),
            schema: optional("object"),
            strict: optional("boolean"),
          },
          required: ["name"],
        },
      },
      required: ["json_schema"],
    },
  },
};

/** POST /chat/completions. The effort is looked at with the model. */
export const chatShape: ObjectShape = {
  fields: {
    messages: { list: message },
    model: "string",
    audio: optional({
      fields: {
        voice: { either: ["string", { fields: { id: "string" }, required: ["id"] }] },
        format: { words: ["wav", "aac", "mp3", "flac", "opus", "pcm16"] },
      },
      required: ["voice", "format"],
    }),
    frequency_penalty: optional("number"),
    function_call: "any",
    functions: "list",
    logit_bias: optional("object"),
    logprobs: optional("boolean"),
    max_completion_tokens: optional("integer"),
    max_tokens: optional("integer"),
    metadata: optional("object"),
    modalities: optional({ list: { words: ["text", "audio"] } }),
    moderation: "any",
    n: optional("integer"),
    parallel_tool_calls: optional("boolean"),
    prediction: optional("object"),
    presence_penalty: optional("number"),
    prompt_cache_key: optional("string"),
    prompt_cache_options: "any",
    prompt_cache_retention: optional({ words: ["in_memory", "24h"] }),
    reasoning_effort: optional("string"),
    response_format: optional(responseFormat),
    safety_identifier: optional("string"),
    seed: optional("integer"),
    service_tier: optional({ words: ["auto", "default", "flex", "scale", "priority", "fast"] }),
    stop: optional({ either: ["string", { list: "string" }] }),
    store: optional("boolean"),
    stream: optional("boolean"),
    stream_options: optional({ fields: { include_usage: "boolean", include_obfuscation: "boolean" } }),
    temperature: optional("number"),
    tool_choice: optional(toolChoice),
    tools: optional({ list: tool }),
    top_logprobs: optional("integer"),
    top_p: optional("number"),
    user: optional("string"),
    verbosity: optional({ words: ["low", "medium", "high"] }),
    web_search_options: optional("object"),
  },
  required: ["messages"],
};
