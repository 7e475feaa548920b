import type { Units } from "../../contracts/units.ts";
import { arrayAt, isRecord, recordAt, stringAt } from "./json.ts";
import { bytesOf, type Reader } from "./reader.ts";
import { googleEmbeddingUnits, googleUnits } from "./usage-google.ts";

const partBytes = (part: unknown): number => {
  const call = recordAt(part, "functionCall");
  const args = recordAt(call, "args");
  return (
    bytesOf(stringAt(part, "text")) + bytesOf(call?.name) + (args === undefined ? 0 : bytesOf(JSON.stringify(args)))
  );
};

const googleReaderOf = (unitsOf: (usage: unknown) => Units | null): Reader => {
  let rawUsage: unknown;
  let model: string | undefined;
  let id: string | undefined;
  let deliveredBytes = 0;
  let complete = false;
  return {
    read(document) {
      if (!isRecord(document)) return;
      rawUsage = recordAt(document, "usageMetadata") ?? rawUsage;
      model ??= stringAt(document, "modelVersion");
      id ??= stringAt(document, "responseId");
      if (stringAt(recordAt(document, "promptFeedback"), "blockReason") !== undefined) complete = true;
      if ("embedding" in document || "embeddings" in document) complete = true;
      for (const candidate of arrayAt(document, "candidates")) {
        for (const part of arrayAt(recordAt(candidate, "content"), "parts")) deliveredBytes += partBytes(part);
        if (stringAt(candidate, "finishReason") !== undefined) complete = true;
      }
    },
    done: () => undefined,
    reading: (vendorRequestId) => ({
      units: rawUsage === undefined ? null : unitsOf(rawUsage),
      rawUsage,
      responseModel: model,
      vendorRequestId: vendorRequestId ?? id,
      deliveredBytes,
      // Earlier chunks tell what was generated so far.
      final: complete && rawUsage !== undefined,
      complete,
    }),
  };
};

/** Reads generateContent answers and their stream; usage is cumulative, the last one counts. */
export const googleReader = (): Reader => googleReaderOf(googleUnits);

/** Reads answers of the embedding models, the newer of which tell their input. */
export const googleEmbeddingReader = (): Reader => googleReaderOf(googleEmbeddingUnits);
