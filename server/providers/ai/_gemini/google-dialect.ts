import type { ProviderIo } from "../../../contracts/ai-vendor.ts";
import { arrayAt, isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { refuseFields } from "../../_wire/refuse-fields.ts";

/** As many candidates as were reserved, each with the output limit that was. */
export const enforceGoogleLimits = (body: JsonRecord, io: ProviderIo): JsonRecord => {
  refuseFields(body, { serviceTier: ["standard"], cachedContent: [] });
  const { candidateCount: _count, ...config } = recordAt(body, "generationConfig") ?? {};
  const { choices = 1, maxOutputTokens } = io;
  const candidates = choices > 1 ? { candidateCount: choices } : {};
  return { ...body, generationConfig: { ...config, ...candidates, maxOutputTokens } };
};

/**
 * A long answer may ask to be continued by another request, which bills the prompt and all output again. One call is
 * one request here, so such an answer ends at its length.
 */
export const endContinuation = (document: JsonRecord): JsonRecord | undefined => {
  const candidates = arrayAt(document, "candidates");
  if (!candidates.some((candidate) => stringAt(candidate, "finishReason") === "CONTINUATION")) return undefined;
  return {
    ...document,
    candidates: candidates.map((candidate) => {
      if (!isRecord(candidate) || candidate.finishReason !== "CONTINUATION") return candidate;
      const { continuationToken: _token, ...rest } = candidate;
      return { ...rest, finishReason: "MAX_TOKENS" };
    }),
  };
};
