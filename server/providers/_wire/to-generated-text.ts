import type {
  LanguageModelV4Citation,
  LanguageModelV4Content,
  LanguageModelV4GenerateResult,
  LanguageModelV4Source,
  SharedV4ProviderMetadata,
  SharedV4Warning,
} from "@ai-sdk/provider";
import type { ContentPart, GenerateTextOutput } from "../../contracts/ai/generate-text.ts";
import type { Citation } from "../../contracts/ai/web-search.ts";
import type { ProviderMetadata } from "../../contracts/ai/parts.ts";
import type { GeneratedText } from "../../contracts/ai-vendor.ts";

type Warning = GenerateTextOutput["warnings"][number];
type FinishReason = GeneratedText["finishReason"];

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

/** By the adapter's name, the members by which a vendor recognizes its own thinking; the rest of its metadata stays here. */
export type Signatures = Readonly<Record<string, readonly string[]>>;

type WithMetadata = { readonly providerMetadata?: ProviderMetadata };

/** Signatures out of an adapter's metadata. */
export const signaturesOf = (
  metadata: SharedV4ProviderMetadata | undefined,
  signatures: Signatures = {},
): WithMetadata => {
  if (metadata === undefined) return {};
  const found: ProviderMetadata = {};
  for (const [vendor, members] of Object.entries(signatures)) {
    for (const member of members) {
      const value = metadata[vendor]?.[member];
      if (typeof value === "string" && value !== "") found[vendor] = { ...found[vendor], [member]: value };
    }
  }
  return Object.keys(found).length === 0 ? {} : { providerMetadata: found };
};

export const toSource = (source: LanguageModelV4Source): Extract<ContentPart, { type: "source" }> => ({
  type: "source",
  id: source.id,
  ...(source.sourceType === "url" ? { url: source.url } : {}),
  ...(source.title === undefined ? {} : { title: source.title }),
});

/** What a text rests on; nothing where its vendor does not say. */
export const toCitations = ({
  citations = [],
}: {
  readonly citations?: readonly LanguageModelV4Citation[];
}): { readonly citations?: Citation[] } =>
  citations.length === 0
    ? {}
    : {
        citations: citations.map(({ source, citedText, startIndex, endIndex }) => ({
          ...(source.sourceType === "url" ? { url: source.url } : {}),
          ...(source.title === undefined ? {} : { title: source.title }),
          ...(citedText === undefined ? {} : { citedText }),
          ...(startIndex === undefined ? {} : { startIndex }),
          ...(endIndex === undefined ? {} : { endIndex }),
        })),
      };

/** A part of an answer in the contract's words; nothing for parts that it does not have. */
export const toContentPart = (part: LanguageModelV4Content, signatures?: Signatures): ContentPart | undefined => {
  switch (part.type) {
    case "text":
      return {
        type: part.type,
        text: part.text,
        ...toCitations(part),
        ...signaturesOf(part.providerMetadata, signatures),
      };
    case "reasoning":
      return { type: part.type, text: part.text, ...signaturesOf(part.providerMetadata, signatures) };
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
        : {
            type: "tool-call",
            toolCallId: part.toolCallId,
            toolName: part.toolName,
            input: part.input,
            ...signaturesOf(part.providerMetadata, signatures),
          };
    default:
      return undefined;
  }
};

/** Some servers end an answer that calls tools as they end any other; agents go by the reason. */
export const finishReasonOf = (told: FinishReason, callsTools: boolean): FinishReason =>
  callsTools && (told === "stop" || told === "other") ? "tool-calls" : told;

/** A complete answer of the AI SDK in the contract's words. */
export const toGeneratedText = (result: LanguageModelV4GenerateResult, signatures?: Signatures): GeneratedText => {
  const content = result.content.map((part) => toContentPart(part, signatures)).filter((part) => part !== undefined);
  const toolCalls = content.flatMap((part) =>
    part.type === "tool-call" ? [{ toolCallId: part.toolCallId, toolName: part.toolName, input: part.input }] : [],
  );
  const sources = content.flatMap((part) => {
    if (part.type !== "source") return [];
    const { type: _type, ...source } = part;
    return [source];
  });
  return {
    ...(sources.length === 0 ? {} : { sources }),
    text: content.map((part) => (part.type === "text" ? part.text : "")).join(""),
    content,
    toolCalls,
    finishReason: finishReasonOf(result.finishReason.unified, toolCalls.length > 0),
    warnings: result.warnings.map(toWarning),
  };
};
