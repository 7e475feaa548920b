import type { Dialect } from "../../_wire/dialect.ts";
import { Counts, unitsOf } from "../../_wire/counts.ts";
import { isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import type { Reader } from "../../_wire/reader.ts";
import { wholeSeconds } from "../../_wire/seconds-reader.ts";
import { readingOf, remaindersOf, type UsageReading } from "../../_wire/usage-reading.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";

/** Tokens, or seconds: https://platform.openai.com/docs/api-reference/audio/json-object */
const readTranscriptUsage = (usage: JsonRecord): UsageReading => {
  const counts = new Counts();
  if (stringAt(usage, "type") === "duration") {
    const second = wholeSeconds(usage["seconds"]);
    return readingOf(unitsOf({ second }), second !== undefined, counts);
  }
  const details = recordAt(usage, "input_token_details");
  const inputAudio = counts.at(details, "audio_tokens");
  const { input, output } = remaindersOf(
    {
      input: counts.at(usage, "input_tokens"),
      inputParts: [inputAudio],
      output: counts.at(usage, "output_tokens"),
      outputParts: [],
      reasoning: undefined,
      reasoningPlace: "inside",
      total: counts.at(usage, "total_tokens"),
    },
    counts,
  );
  // Where they are not told apart, all of it was heard, which costs more.
  const heard = details === undefined ? { inputAudio: input } : { input, inputAudio };
  return readingOf(unitsOf({ ...heard, output }), input !== undefined && output !== undefined, counts);
};

const transcriptReader = (): Reader => {
  let rawUsage: JsonRecord | undefined;
  let complete = false;
  let duration: number | undefined;
  return {
    read(document) {
      if (!isRecord(document)) return;
      complete ||= typeof document["text"] === "string";
      duration = wholeSeconds(document["duration"]) ?? duration;
      rawUsage = recordAt(document, "usage") ?? rawUsage;
    },
    done: () => undefined,
    begun: () => complete,
    reading(vendorRequestId) {
      const told =
        rawUsage !== undefined
          ? readTranscriptUsage(rawUsage)
          : duration === undefined
            ? { units: null, whole: false, notes: [] }
            : { units: { second: duration }, whole: true, notes: [] };
      return {
        units: told.units,
        final: complete && told.whole,
        ...(told.notes.length === 0 ? {} : { notes: told.notes }),
        rawUsage,
        responseModel: undefined,
        vendorRequestId,
        deliveredBytes: 0,
        complete,
      };
    },
  };
};

/** POST /audio/transcriptions and /audio/translations. */
export const transcriptionDialect: Dialect = {
  reader: transcriptReader,
  errors: chatErrors,
  enforceLimits: (body, io) => ({ ...body, model: io.model }),
};
