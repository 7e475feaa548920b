import { arrayAt, isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { changedOnly, Changes, fitsUsage, type Tidy } from "../../_wire/tidy.ts";

const tidyPart = (part: unknown): unknown => {
  if (!isRecord(part)) return undefined;
  const changes = new Changes(part);
  changes.keep("text", "string");
  changes.keep("thought", "boolean");
  changes.keep("thoughtSignature", "string");
  return changes.result();
};

/** What an answer is grounded in, as far as it can be passed on: the addresses of its sources. */
const tidyGrounding = (metadata: unknown): JsonRecord | undefined => {
  const chunks = arrayAt(metadata, "groundingChunks").flatMap((chunk) => {
    const stored = recordAt(chunk, "retrievedContext");
    const source = stored ?? recordAt(chunk, "web") ?? recordAt(chunk, "maps") ?? recordAt(chunk, "image");
    const uri = stringAt(source, "uri") ?? stringAt(source, "sourceUri");
    const told = { uri, title: stringAt(source, "title") ?? null };
    return uri === undefined ? [] : [stored === undefined ? { web: told } : { retrievedContext: told }];
  });
  return chunks.length === 0 ? undefined : { groundingChunks: chunks };
};

const tidyCandidate = (candidate: unknown): unknown => {
  if (!isRecord(candidate)) return undefined;
  const changes = new Changes(candidate);
  changes.keep("finishReason", "string");
  changes.keep("finishMessage", "string");
  changes.set("groundingMetadata", tidyGrounding(candidate.groundingMetadata));
  // The contract has no words for these.
  for (const key of ["safetyRatings", "urlContextMetadata"]) changes.set(key, undefined);
  changes.keep("continuationToken", "string");
  const { content } = candidate;
  if (isRecord(content)) {
    const inner = new Changes(content);
    inner.each("parts", tidyPart);
    changes.set("content", inner.result());
  } else if (content !== undefined && content !== null) changes.set("content", undefined);
  return changes.result();
};

const isByModality = (one: unknown): boolean =>
  isRecord(one) && typeof one.modality === "string" && typeof one.tokenCount === "number";

/** Counts, and in the details lists of counts by modality. */
const fitsCounts = (usage: unknown): boolean => {
  if (!isRecord(usage)) return fitsUsage(usage);
  const isDetails = ([key, value]: readonly [string, unknown]): boolean =>
    key.endsWith("Details") && value !== undefined && value !== null;
  const entries = Object.entries(usage);
  return (
    fitsUsage(Object.fromEntries(entries.filter((entry) => !isDetails(entry)))) &&
    entries.filter(isDetails).every(([, list]) => Array.isArray(list) && list.every(isByModality))
  );
};

/** An answer of generateContent, whole or in parts: what the schema does not know is left out. */
export const tidyGoogle: Tidy = (document) => {
  const changes = new Changes(document);
  changes.keep("responseId", "string");
  changes.each("candidates", tidyCandidate);
  if (!fitsCounts(document.usageMetadata)) changes.set("usageMetadata", undefined);
  const { promptFeedback: feedback } = document;
  if (feedback !== undefined && feedback !== null) {
    const blockReason = stringAt(feedback, "blockReason");
    changes.set("promptFeedback", blockReason === undefined ? undefined : { blockReason });
  }
  changes.set("error", undefined);
  return changedOnly(document, changes.result());
};
