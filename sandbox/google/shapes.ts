import type { ObjectShape, Shape } from "../shape.ts";

// The request of https://ai.google.dev/api/generate-content, field by field.

const open: ObjectShape = { fields: {}, open: true };

const blob: ObjectShape = { fields: { mimeType: "string", data: "string", displayName: "string" } };
const part: ObjectShape = {
  fields: {
    text: "string",
    thought: "boolean",
    thoughtSignature: "string",
    partMetadata: "object",
    mediaResolution: "any",
    inlineData: blob,
    fileData: { fields: { mimeType: "string", fileUri: "string", displayName: "string" } },
    functionCall: { fields: { id: "string", name: "string", args: "object" } },
    functionResponse: {
      fields: {
        id: "string",
        name: "string",
        response: "object",
        parts: { list: open },
        willContinue: "boolean",
        scheduling: "string",
      },
    },
    toolCall: open,
    toolResponse: open,
    executableCode: open,
    codeExecutionResult: open,
    videoMetadata: { fields: { startOffset: "string", endOffset: "string", fps: "number" } },
  },
};
const content: ObjectShape = { fields: { role: "string", parts: { list: part } } };

const schemaFields: Record<string, Shape> = {};
/** Google's part of OpenAPI's schema, which goes as deep as it likes. */
const schema: ObjectShape = { fields: schemaFields };
Object.assign(schemaFields, {
  type: "string",
  format: "string",
  title: "string",
  description: "string",
  nullable: "boolean",
  enum: { list: "string" },
  maxItems: "any",
  minItems: "any",
  properties: "object",
  required: { list: "string" },
  minProperties: "any",
  maxProperties: "any",
  minLength: "any",
  maxLength: "any",
  pattern: "string",
  example: "any",
  anyOf: { list: schema },
  propertyOrdering: { list: "string" },
  default: "any",
  items: schema,
  minimum: "number",
  maximum: "number",
} satisfies Record<string, Shape>);

const tool: ObjectShape = {
  fields: {
    functionDeclarations: {
      list: {
        fields: {
          name: "string",
          description: "string",
          behavior: "string",
          parameters: schema,
          parametersJsonSchema: "any",
          response: schema,
          responseJsonSchema: "any",
        },
      },
    },
    googleSearch: {
      fields: { timeRangeFilter: { fields: { startTime: "string", endTime: "string" } }, searchTypes: "object" },
    },
    googleSearchRetrieval: open,
    codeExecution: open,
    computerUse: open,
    urlContext: open,
    fileSearch: open,
    googleMaps: open,
    mcpServers: "list",
  },
};

const generationConfig: ObjectShape = {
  fields: {
    stopSequences: { list: "string" },
    responseMimeType: "string",
    responseSchema: schema,
    responseJsonSchema: "any",
    _responseJsonSchema: "any",
    responseFormat: "any",
    responseModalities: { list: { words: ["MODALITY_UNSPECIFIED", "TEXT", "IMAGE", "AUDIO", "VIDEO"] } },
    candidateCount: "integer",
    maxOutputTokens: "integer",
    temperature: "number",
    topP: "number",
    topK: "number",
    seed: "integer",
    presencePenalty: "number",
    frequencyPenalty: "number",
    responseLogprobs: "boolean",
    logprobs: "integer",
    enableEnhancedCivicAnswers: "boolean",
    speechConfig: open,
    thinkingConfig: {
      fields: { includeThoughts: "boolean", thinkingBudget: "integer", thinkingLevel: "string" },
    },
    imageConfig: open,
    mediaResolution: "string",
  },
};

/** `generateContent` and `streamGenerateContent`. */
export const generateShape: ObjectShape = {
  fields: {
    model: "string",
    contents: { list: content },
    tools: { list: tool },
    toolConfig: {
      fields: {
        functionCallingConfig: {
          fields: {
            mode: { words: ["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"] },
            allowedFunctionNames: { list: "string" },
          },
        },
        retrievalConfig: open,
        includeServerSideToolInvocations: "boolean",
      },
    },
    safetySettings: { list: { fields: { category: "string", threshold: "string", method: "string" } } },
    systemInstruction: content,
    generationConfig,
    cachedContent: "string",
    continuationToken: "string",
    serviceTier: "string",
    store: "boolean",
  },
};

/** `countTokens`: contents alone, or a whole request. */
export const geminiCountTokensShape: ObjectShape = {
  fields: { ...generateShape.fields, generateContentRequest: generateShape },
};

/** `embedContent`: https://ai.google.dev/api/embeddings */
export const embedShape: ObjectShape = {
  fields: {
    model: "string",
    content,
    taskType: "string",
    title: "string",
    outputDimensionality: "integer",
    embedContentConfig: "any",
  },
};

/** `batchEmbedContents`. */
export const batchEmbedShape: ObjectShape = { fields: { requests: { list: embedShape } } };
