import type { ContentPart, FinishReason } from "../../contracts/ai/generate-text.ts";
import type { Source } from "../../contracts/ai/web-search.ts";
import type { GeneratedText } from "../../contracts/ai-vendor.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import type { Units } from "../../contracts/units.ts";
import type { AnswerOrigin } from "../dialect/dialect.ts";
import { thoughtSignatureOf } from "./foreign-signature.ts";

const finishReasons = {
  stop: "STOP",
  length: "MAX_TOKENS",
  "content-filter": "SAFETY",
  "tool-calls": "STOP",
  error: "OTHER",
  interrupted: "OTHER",
  other: "OTHER",
} as const satisfies Record<FinishReason, string>;

export const finishReasonIn = (reason: FinishReason): string => finishReasons[reason];

/** Google's usage, whose prompt includes the cache and whose candidates exclude thoughts. */
export const usageMetadata = (units: Units | null) => {
  const { input = 0, inputImage = 0, inputAudio = 0, inputVideo = 0, cacheRead = 0 } = units ?? {};
  const { cacheWrite5m = 0, cacheWrite1h = 0, cacheWrite30m = 0, cacheWrite12h = 0 } = units ?? {};
  const { output = 0, outputImage = 0, outputAudio = 0, reasoning = 0 } = units ?? {};
  const media = inputImage + inputAudio + inputVideo;
  const prompt = input + media + cacheRead + cacheWrite5m + cacheWrite1h + cacheWrite30m + cacheWrite12h;
  const candidates = output + outputImage + outputAudio;
  return {
    promptTokenCount: prompt,
    candidatesTokenCount: candidates,
    totalTokenCount: prompt + candidates + reasoning,
    ...(cacheRead > 0 ? { cachedContentTokenCount: cacheRead } : {}),
    ...(reasoning > 0 ? { thoughtsTokenCount: reasoning } : {}),
  };
};

/** What every answer and each of its pieces says of itself. */
export const answerHead = ({ operationId, model }: AnswerOrigin) => ({ modelVersion: model, responseId: operationId });

/** Arguments as the model wrote them; what is no JSON object is shown as text under `_raw`. */
const argsOf = (text: string): unknown => {
  try {
    const parsed: unknown = JSON.parse(text === "" ? "{}" : text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? parsed : { _raw: text };
  } catch {
    return { _raw: text };
  }
};

/** One part of an answer; nothing for what the dialect has no place for. */
export const geminiPartOf = (part: ContentPart): object[] => {
  switch (part.type) {
    case "text":
    case "reasoning": {
      const thoughtSignature = thoughtSignatureOf(part.providerMetadata);
      if (part.text === "" && thoughtSignature === undefined) return [];
      return [
        {
          text: part.text,
          ...(part.type === "reasoning" ? { thought: true } : {}),
          ...(thoughtSignature === undefined ? {} : { thoughtSignature }),
        },
      ];
    }
    case "tool-call": {
      const thoughtSignature = thoughtSignatureOf(part.providerMetadata);
      return [
        {
          functionCall: { id: part.toolCallId, name: part.toolName, args: argsOf(part.input) },
          ...(thoughtSignature === undefined ? {} : { thoughtSignature }),
        },
      ];
    }
    case "file":
      return [{ inlineData: { mimeType: part.mediaType, data: part.data } }];
    case "source":
      return [];
  }
};

/** Clients take a content without parts for a broken answer. */
const someParts = (parts: readonly object[]): readonly object[] => (parts.length === 0 ? [{ text: "" }] : parts);

/** The pages that an answer rests on, in Google's words. */
const groundingOf = (sources: readonly Source[]) => ({
  groundingMetadata: {
    groundingChunks: sources.flatMap(({ url: uri, title }) =>
      uri === undefined ? [] : [{ web: { uri, title: title ?? uri } }],
    ),
  },
});

export const candidateOf = (parts: readonly object[], finishReason?: string, sources: readonly Source[] = []) => ({
  content: { parts: someParts(parts), role: "model" },
  ...(finishReason === undefined ? {} : { finishReason }),
  ...(sources.length === 0 ? {} : groundingOf(sources)),
  index: 0,
});

/** A complete answer as Google's `GenerateContentResponse`. */
export const encodeGenerateContent = ({ result, units }: Answered<GeneratedText>, origin: AnswerOrigin): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      candidates: [
        candidateOf(result.content.flatMap(geminiPartOf), finishReasonIn(result.finishReason), result.sources),
      ],
      usageMetadata: usageMetadata(units),
      ...answerHead(origin),
    }),
  );
