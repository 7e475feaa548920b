import { isRecord } from "./json.ts";
import { changedOnly, Changes, fits, fitsUsage, type Tidy } from "./tidy.ts";

const tidyPart = (part: unknown): unknown => {
  if (!isRecord(part)) return undefined;
  const changes = new Changes(part);
  changes.keep("text", "string");
  changes.keep("thought", "boolean");
  changes.keep("thoughtSignature", "string");
  return changes.result();
};

const tidyCandidate = (candidate: unknown): unknown => {
  if (!isRecord(candidate)) return undefined;
  const changes = new Changes(candidate);
  changes.keep("finishReason", "string");
  changes.keep("finishMessage", "string");
  changes.each("safetyRatings", (rating) => (isRecord(rating) ? rating : undefined));
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
  const isList = ([key, value]: readonly [string, unknown]): boolean => key.endsWith("Details") && Array.isArray(value);
  const entries = Object.entries(usage);
  return (
    fitsUsage(Object.fromEntries(entries.filter((entry) => !isList(entry)))) &&
    entries.filter(isList).every(([, list]) => Array.isArray(list) && list.every(isByModality))
  );
};

/** An answer of generateContent, whole or in parts: what the schema does not know is left out. */
export const tidyGoogle: Tidy = (document) => {
  const changes = new Changes(document);
  changes.keep("responseId", "string");
  changes.each("candidates", tidyCandidate);
  if (!fitsCounts(document.usageMetadata)) changes.set("usageMetadata", undefined);
  const { promptFeedback: feedback } = document;
  if (feedback !== undefined && feedback !== null && !(isRecord(feedback) && fits(feedback.blockReason, "string")))
    changes.set("promptFeedback", undefined);
  return changedOnly(document, changes.result());
};
