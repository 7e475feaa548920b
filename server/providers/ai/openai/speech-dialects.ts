import type { Dialect } from "../../_wire/dialect.ts";
import { binaryFramer } from "../../_wire/binary-framer.ts";
import { Counts, unitsOf } from "../../_wire/counts.ts";
import { isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import type { Reader } from "../../_wire/reader.ts";
import { readingOf } from "../../_wire/usage-reading.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";

const readSpeechUsage = (usage: JsonRecord) => {
  const counts = new Counts();
  const input = counts.at(usage, "input_tokens");
  const outputAudio = counts.at(usage, "output_tokens");
  return readingOf(unitsOf({ input, outputAudio }), input !== undefined && outputAudio !== undefined, counts);
};

/** Reads `speech.audio.delta` and `speech.audio.done`: https://platform.openai.com/docs/api-reference/audio/speech-audio-delta-event */
const eventReader = (): Reader => {
  let rawUsage: JsonRecord | undefined;
  let begun = false;
  let complete = false;
  return {
    read(document) {
      if (!isRecord(document)) return;
      rawUsage = recordAt(document, "usage") ?? rawUsage;
      const type = stringAt(document, "type");
      complete ||= type === "speech.audio.done";
      begun ||= complete || type === "speech.audio.delta";
    },
    done: () => undefined,
    begun: () => begun,
    reading(vendorRequestId) {
      const { units, whole, notes } =
        rawUsage === undefined ? { units: null, whole: false, notes: [] } : readSpeechUsage(rawUsage);
      return {
        units,
        final: complete && whole,
        ...(notes.length === 0 ? {} : { notes }),
        rawUsage,
        responseModel: undefined,
        vendorRequestId,
        deliveredBytes: 0,
        complete,
      };
    },
  };
};

/** A file tells nothing: the characters that were sent are what is billed. */
const characterReader = (characters: number) => (): Reader => {
  let complete = false;
  return {
    read: () => undefined,
    done() {
      complete = true;
    },
    begun: () => complete,
    reading: (vendorRequestId) => ({
      units: complete ? { character: characters } : null,
      final: complete,
      rawUsage: undefined,
      responseModel: undefined,
      vendorRequestId,
      deliveredBytes: 0,
      complete,
    }),
  };
};

const enforceLimits: Dialect["enforceLimits"] = (body, io) => ({ ...body, model: io.model });

/** POST /audio/speech as events, which end with the usage. */
export const speechEvents: Dialect = {
  reader: eventReader,
  errors: chatErrors,
  enforceLimits,
  endsStream: (document) => stringAt(document, "type") === "speech.audio.done",
};

/** POST /audio/speech as a file, of a text with so many characters. */
export const speechFile = (characters: number): Dialect => ({
  reader: characterReader(characters),
  errors: chatErrors,
  enforceLimits,
  framer: binaryFramer,
  binary: true,
});
