import type {
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4Source,
  SharedV4Warning,
} from "@ai-sdk/provider";
import type { ContentPart, GenerateTextOutput } from "../../contracts/ai.ts";
import type { GeneratedText } from "../../contracts/provider.ts";

type Warning = GenerateTextOutput["warnings"][number];

export const toWarning = (warning: SharedV4Warning): Warning => {
  switch (warning.type) {
    case "unsupported":
    case "compatibility":
      return {
        type: warning.type,
        setting: warning.feature,
        ...(warning.details === undefined ? {} : { details: warning.details }),
      };
    case "deprecated":
      return { type: warning.type, setting: warning.setting, details: warning.message };
    case "other":
      return { type: warning.type, details: warning.message };
  }
};

const base64Of = (data: Uint8Array | string): string =>
  typeof data === "string" ? data : Buffer.from(data).toString("base64");

export const toSource = (source: LanguageModelV4Source): Extract<ContentPart, { type: "source" }> => ({
  type: "source",
  id: source.id,
  ...(source.sourceType === "url" ? { url: source.url } : {}),
  ...(source.title === undefined ? {} : { title: source.title }),
});

/** A part of an answer in the contract's words; nothing for parts that it does not have. */
export const toContentPart = (part: LanguageModelV4Content): ContentPart | undefined => {
  switch (part.type) {
    case "text":
    case "reasoning":
      return { type: part.type, text: part.text };
    case "file":
      return part.data.type === "data"
        ? { type: "file", mediaType: part.mediaType, data: base64Of(part.data.data) }
        : undefined;
    case "source":
      return toSource(part);
    case "tool-call":
      // What the vendor runs itself is not for the caller to execute.
      return part.providerExecuted === true
        ? undefined
        : { type: "tool-call", toolCallId: part.toolCallId, toolName: part.toolName, input: part.input };
    default:
      return undefined;
  }
};

/** A complete answer of the AI SDK in the contract's words. */
export const toGeneratedText = (result: LanguageModelV4GenerateResult): GeneratedText => {
  const content = result.content.map(toContentPart).filter((part) => part !== undefined);
  return {
    text: content.map((part) => (part.type === "text" ? part.text : "")).join(""),
    content,
    toolCalls: content.flatMap((part) =>
      part.type === "tool-call" ? [{ toolCallId: part.toolCallId, toolName: part.toolName, input: part.input }] : [],
    ),
    finishReason: result.finishReason.unified,
    warnings: result.warnings.map(toWarning),
  };
};
