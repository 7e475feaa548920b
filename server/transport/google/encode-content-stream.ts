import type { ContentPart } from "../../contracts/ai/generate-text.ts";
import type { ProviderMetadata } from "../../contracts/ai/parts.ts";
import type { Source } from "../../contracts/ai/web-search.ts";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import type { TextDialect } from "../dialect/dialect.ts";
import { told } from "../dialect/told.ts";
import { endedEarly } from "../dialect/without-ending.ts";
import { answerHead, candidateOf, finishReasonIn, geminiPartOf, usageMetadata } from "./encode-candidate.ts";
import type { GenerateContentAsked } from "./generate-content-request.ts";

type EncodeContentStream = Parameters<TextDialect<GenerateContentAsked>["encodeStream"]>[0];

/** Signatures may come with any event of their part; each is sent once, at the part's end. */
class Signed {
  readonly #waiting = new Map<string, ProviderMetadata>();

  see(id: string, metadata: ProviderMetadata | undefined): void {
    if (metadata !== undefined) this.#waiting.set(id, { ...this.#waiting.get(id), ...metadata });
  }

  take(id: string): { readonly providerMetadata?: ProviderMetadata } {
    const providerMetadata = this.#waiting.get(id);
    this.#waiting.delete(id);
    return providerMetadata === undefined ? {} : { providerMetadata };
  }
}

/** What of an event is shown: deltas as they come, calls once they are whole. */
const shownOf = (part: VendorStreamPart, signed: Signed): ContentPart | undefined => {
  switch (part.type) {
    case "text-start":
    case "reasoning-start":
      signed.see(part.id, part.providerMetadata);
      return undefined;
    case "text-delta":
      signed.see(part.id, part.providerMetadata);
      return { type: "text", text: part.delta };
    case "reasoning-delta":
      signed.see(part.id, part.providerMetadata);
      return { type: "reasoning", text: part.delta };
    case "text-end":
      signed.see(part.id, part.providerMetadata);
      return { type: "text", text: "", ...signed.take(part.id) };
    case "reasoning-end":
      signed.see(part.id, part.providerMetadata);
      return { type: "reasoning", text: "", ...signed.take(part.id) };
    case "tool-input-start":
      signed.see(part.id, part.providerMetadata);
      return undefined;
    case "tool-call":
      signed.see(part.toolCallId, part.providerMetadata);
      return { ...part, ...signed.take(part.toolCallId) };
    case "file":
      return part;
    default:
      return undefined;
  }
};

const event = (document: object): Buffer => Buffer.from(`data: ${JSON.stringify(document)}\n\n`);

/** Stream parts as pieces of Google's answer; the last one has the reason and the usage. */
export async function* encodeContentStream({
  streaming,
  origin,
  onWarning,
}: EncodeContentStream): AsyncGenerator<Uint8Array, void, void> {
  const signed = new Signed();
  const sources: Source[] = [];
  for await (const part of streaming.chunks) {
    if (part.type === "stream-start") {
      for (const warning of part.warnings) onWarning(told(warning));
    } else if (part.type === "finish") {
      const { units, vendorRequestId } = streaming.meter();
      if (part.finishReason === "interrupted" || part.finishReason === "error") throw endedEarly(vendorRequestId);
      yield event({
        candidates: [candidateOf([], finishReasonIn(part.finishReason), sources)],
        usageMetadata: usageMetadata(units),
        ...answerHead(origin()),
      });
    } else if (part.type === "source") sources.push(part);
    else {
      const shown = shownOf(part, signed);
      const parts = shown === undefined ? [] : geminiPartOf(shown);
      if (parts.length > 0) yield event({ candidates: [candidateOf(parts)], ...answerHead(origin()) });
    }
  }
}
