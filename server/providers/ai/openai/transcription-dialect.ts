import type { Dialect } from "../../_wire/dialect.ts";
import { Counts, unitsOf } from "../../_wire/counts.ts";
import { isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { bytesOf, type Reader, type Reading } from "../../_wire/reader.ts";
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
  const told = counts.at(usage, "input_tokens");
  // What is not told apart was heard, which costs more.
  const inputAudio =
    counts.at(details, "audio_tokens") ??
    (told === undefined ? undefined : Math.max(told - (counts.at(details, "text_tokens") ?? 0), 0));
  const { input, output } = remaindersOf(
    {
      input: told,
      inputParts: [inputAudio],
      output: counts.at(usage, "output_tokens"),
      outputParts: [],
      reasoning: undefined,
      reasoningPlace: "inside",
      total: counts.at(usage, "total_tokens"),
    },
    counts,
  );
  const heard = details === undefined ? { inputAudio } : { input, inputAudio };
  return readingOf(unitsOf({ ...heard, output }), input !== undefined && output !== undefined, counts);
};

interface Told {
  readonly usage: JsonRecord | undefined;
  /** Of the recording, where there is no usage. */
  readonly seconds: number | undefined;
  readonly complete: boolean;
  /** Nothing more comes, whether or not it is complete. */
  readonly over: boolean;
  readonly deliveredBytes: number;
}

const readingOfTold = (
  { usage, seconds, complete, over, deliveredBytes }: Told,
  vendorRequestId: string | undefined,
): Reading => {
  const { units, whole, notes } =
    usage !== undefined
      ? readTranscriptUsage(usage)
      : seconds === undefined
        ? { units: null, whole: false, notes: [] }
        : { units: { second: seconds }, whole: true, notes: [] };
  return {
    units,
    final: (complete || over) && whole,
    ...(notes.length === 0 ? {} : { notes }),
    rawUsage: usage ?? (seconds === undefined ? undefined : { duration: seconds }),
    responseModel: undefined,
    vendorRequestId,
    deliveredBytes,
    complete,
  };
};

const transcriptReader = (): Reader => {
  let usage: JsonRecord | undefined;
  let complete = false;
  let over = false;
  let seconds: number | undefined;
  return {
    read(document) {
      if (!isRecord(document)) return;
      complete ||= typeof document["text"] === "string";
      seconds = wholeSeconds(document["duration"]) ?? seconds;
      usage = recordAt(document, "usage") ?? usage;
    },
    done() {
      over = true;
    },
    begun: () => complete,
    reading: (vendorRequestId) => readingOfTold({ usage, seconds, complete, over, deliveredBytes: 0 }, vendorRequestId),
  };
};

/** POST /audio/transcriptions and /audio/translations. */
export const transcriptionDialect: Dialect = {
  reader: transcriptReader,
  errors: chatErrors,
  enforceLimits: (body, io) => ({ ...body, model: io.model }),
};

/** https://platform.openai.com/docs/api-reference/audio/transcript-text-delta-event */
const deltaType = "transcript.text.delta";
/** https://platform.openai.com/docs/api-reference/audio/transcript-text-done-event */
const doneType = "transcript.text.done";

const eventReader = (): Reader => {
  let usage: JsonRecord | undefined;
  let complete = false;
  let over = false;
  let begun = false;
  let deliveredBytes = 0;
  return {
    read(document) {
      if (!isRecord(document)) return;
      const type = stringAt(document, "type");
      usage = recordAt(document, "usage") ?? usage;
      complete ||= type === doneType;
      begun ||= complete || type === deltaType;
      if (type === deltaType) deliveredBytes += bytesOf(document["delta"]);
    },
    done() {
      over = true;
    },
    begun: () => begun,
    reading: (vendorRequestId) =>
      readingOfTold({ usage, seconds: undefined, complete, over, deliveredBytes }, vendorRequestId),
  };
};

/** POST /audio/transcriptions as events, of which the last has the usage. */
export const transcriptionEvents: Dialect = {
  ...transcriptionDialect,
  reader: eventReader,
  endsStream: (document) => stringAt(document, "type") === doneType,
  asEvents(document) {
    const text = stringAt(document, "text");
    return text === undefined
      ? [document]
      : [
          { type: deltaType, delta: text },
          { ...document, type: doneType },
        ];
  },
};
