import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import { toCitations, signaturesOf, toContentPart, toSource, toWarning, type Signatures } from "./to-generated-text.ts";

export type TranslatedPart = Exclude<LanguageModelV4StreamPart, { type: "error" }>;

const toPart = (part: TranslatedPart, signatures?: Signatures): VendorStreamPart | undefined => {
  switch (part.type) {
    case "stream-start":
      return { type: "stream-start", warnings: part.warnings.map(toWarning) };
    case "text-end":
      return {
        type: part.type,
        id: part.id,
        ...toCitations(part),
        ...signaturesOf(part.providerMetadata, signatures),
      };
    case "text-start":
    case "reasoning-start":
    case "reasoning-end":
      return { type: part.type, id: part.id, ...signaturesOf(part.providerMetadata, signatures) };
    case "text-delta":
    case "reasoning-delta":
      return { type: part.type, id: part.id, delta: part.delta, ...signaturesOf(part.providerMetadata, signatures) };
    case "tool-input-delta":
      return { type: part.type, id: part.id, delta: part.delta };
    case "tool-input-end":
      return { type: part.type, id: part.id };
    case "tool-input-start":
      return {
        type: part.type,
        id: part.id,
        toolName: part.toolName,
        ...signaturesOf(part.providerMetadata, signatures),
      };
    case "source":
      return toSource(part);
    case "tool-call":
    case "file": {
      const content = toContentPart(part, signatures);
      return content?.type === "tool-call" || content?.type === "file" ? content : undefined;
    }
    case "finish":
      return { type: "finish", finishReason: part.finishReason.unified };
    default:
      return undefined;
  }
};

/** The stream parts of an answer of the AI SDK in the contract's words; nothing for parts that it does not have. */
export const openStreamParts = (signatures?: Signatures): ((part: TranslatedPart) => VendorStreamPart | undefined) => {
  /** Calls that the vendor carries out itself: they are not for the caller to execute. */
  const vendors = new Set<string>();
  return (part) => {
    if (part.type === "tool-input-start" && part.providerExecuted === true) vendors.add(part.id);
    const { type } = part;
    const isInput = type === "tool-input-start" || type === "tool-input-delta" || type === "tool-input-end";
    return isInput && vendors.has(part.id) ? undefined : toPart(part, signatures);
  };
};
