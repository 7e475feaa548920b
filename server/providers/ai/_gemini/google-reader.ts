import { arrayAt, isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { mergeUsage } from "../../_wire/merge-usage.ts";
import { bytesOf, type Reader } from "../../_wire/reader.ts";
import { readGoogleEmbeddingUsage, readGoogleUsage } from "./read-google-usage.ts";
import type { UsageReading } from "../../_wire/usage-reading.ts";

const partBytes = (part: unknown): number => {
  const call = recordAt(part, "functionCall");
  const args = recordAt(call, "args");
  return (
    bytesOf(stringAt(part, "text")) + bytesOf(call?.name) + (args === undefined ? 0 : bytesOf(JSON.stringify(args)))
  );
};

/** Whether the web was searched for it: such a prompt is billed, once. https://ai.google.dev/gemini-api/docs/pricing */
const isGrounded = (candidate: unknown): boolean => {
  const metadata = recordAt(candidate, "groundingMetadata");
  return (
    arrayAt(metadata, "webSearchQueries").some((query) => typeof query === "string" && query !== "") ||
    arrayAt(metadata, "groundingChunks").some((chunk) => recordAt(chunk, "web") !== undefined)
  );
};

/** `ON_DEMAND_PRIORITY` and `SERVICE_TIER_PRIORITY` mean what others call `priority`. */
const tierOf = (usage: unknown): string | undefined =>
  (wordAt(usage, "serviceTier") ?? wordAt(usage, "trafficType"))
    ?.toLowerCase()
    .replace(/^(service_tier|on_demand)_/, "");

const googleReaderOf = (readUsage: (usage: unknown) => UsageReading, candidates = 1): Reader => {
  /** The candidates that have ended, by their index. */
  const ended = new Set<unknown>();
  let rawUsage: JsonRecord | undefined;
  let model: string | undefined;
  let id: string | undefined;
  let deliveredBytes = 0;
  let complete = false;
  let begun = false;
  let grounded = false;
  return {
    read(document) {
      if (!isRecord(document)) return;
      const usage = recordAt(document, "usageMetadata");
      if (usage !== undefined) rawUsage = mergeUsage(rawUsage ?? {}, usage);
      model ??= wordAt(document, "modelVersion");
      id ??= wordAt(document, "responseId");
      if (wordAt(recordAt(document, "promptFeedback"), "blockReason") !== undefined) complete = true;
      if ("embedding" in document || "embeddings" in document) complete = true;
      begun ||= complete || rawUsage !== undefined || arrayAt(document, "candidates").length > 0;
      for (const candidate of arrayAt(document, "candidates")) {
        for (const part of arrayAt(recordAt(candidate, "content"), "parts")) deliveredBytes += partBytes(part);
        grounded ||= isGrounded(candidate);
        if (wordAt(candidate, "finishReason") === undefined) continue;
        ended.add(isRecord(candidate) ? (candidate.index ?? 0) : 0);
        if (ended.size >= candidates) complete = true;
      }
    },
    done() {
      complete = true;
    },
    begun: () => begun,
    reading(vendorRequestId) {
      const { units, whole, notes } = readUsage(rawUsage);
      const tier = tierOf(rawUsage);
      return {
        units: grounded && units !== null ? { ...units, search: 1 } : units,
        // Earlier chunks tell what was generated so far.
        final: complete && whole,
        ...(rawUsage === undefined || notes.length === 0 ? {} : { notes }),
        ...(tier === undefined ? {} : { serviceTier: tier }),
        rawUsage,
        responseModel: model,
        vendorRequestId: vendorRequestId ?? id,
        deliveredBytes,
        complete,
      };
    },
  };
};

/** Reads generateContent answers and their stream; usage is cumulative, of each number the largest counts. */
export const googleReader = (candidates?: number): Reader => googleReaderOf(readGoogleUsage, candidates);

/** Reads answers of the embedding models, the newer of which tell their input. */
export const googleEmbeddingReader = (): Reader => googleReaderOf(readGoogleEmbeddingUsage);
