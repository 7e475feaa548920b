import { isCount } from "./counts.ts";
import { isRecord, type JsonRecord } from "./json.ts";
import type { Reader } from "./reader.ts";

/** Seconds as they are billed, the last one whole; undefined for what is no length, or no plausible one. */
export const wholeSeconds = (value: unknown): number | undefined => {
  if (typeof value !== "number" || !(value >= 0)) return undefined;
  const seconds = Math.ceil(value);
  return isCount(seconds) ? seconds : undefined;
};

interface Heard {
  /** The document has the transcript. */
  readonly complete: boolean;
  readonly second: number | undefined;
  /** What of it says so. */
  readonly rawUsage: unknown;
}

/** Of transcripts that are billed by the length of the recording. */
export const secondsReader =
  (heardIn: (document: JsonRecord) => Heard): (() => Reader) =>
  () => {
    let second: number | undefined;
    let rawUsage: unknown;
    let complete = false;
    let over = false;
    return {
      read(document) {
        if (!isRecord(document)) return;
        const heard = heardIn(document);
        complete ||= heard.complete;
        if (heard.second === undefined) return;
        ({ second, rawUsage } = heard);
      },
      done() {
        over = true;
      },
      begun: () => complete,
      reading: (vendorRequestId) => ({
        units: second === undefined ? null : { second },
        final: (complete || over) && second !== undefined,
        rawUsage,
        responseModel: undefined,
        vendorRequestId,
        deliveredBytes: 0,
        complete,
      }),
    };
  };
