import { arrayAt, isRecord, recordAt, stringAt } from "./json.ts";
import { bytesOf, type Reader } from "./reader.ts";
import { googleUnits } from "./usage-google.ts";

const partBytes = (part: unknown): number => {
  const call = recordAt(part, "functionCall");
  const args = recordAt(call, "args");
  return (
    bytesOf(stringAt(part, "text")) + bytesOf(call?.name) + (args === undefined ? 0 : bytesOf(JSON.stringify(args)))
  );
};

/** Reads generateContent answers and their stream; usage is cumulative, the last one counts. */
export const googleReader = (): Reader => {
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
      for (const candidate of arrayAt(document, "candidates")) {
        for (const part of arrayAt(recordAt(candidate, "content"), "parts")) deliveredBytes += partBytes(part);
        if (stringAt(candidate, "finishReason") !== undefined) complete = true;
      }
    },
    done: () => undefined,
    reading: (vendorRequestId) => ({
      // Earlier chunks tell what was generated so far, which is no bill.
      units: rawUsage === undefined || !complete ? null : googleUnits(rawUsage),
      rawUsage,
      responseModel: model,
      vendorRequestId: vendorRequestId ?? id,
      deliveredBytes,
      complete,
    }),
  };
};
