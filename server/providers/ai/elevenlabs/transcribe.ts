import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { TranscribeInput, TranscribeOutput } from "../../../contracts/ai/transcribe.ts";
import { nothingUsable } from "../../_wire/ask-model.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import { formBody } from "../../_wire/form-body.ts";
import { arrayAt, isRecord, stringAt, wordAt } from "../../_wire/json.ts";
import { meteredOf } from "../../_wire/reader.ts";
import { secondsReader, wholeSeconds } from "../../_wire/seconds-reader.ts";
import { openTap } from "../../_wire/tap.ts";
import { elevenLabsErrors } from "./elevenlabs-errors.ts";

type Headers = (io: Pick<ProviderIo, "credential">) => Readonly<Record<string, string>>;
type Spoken = TranscribeOutput["segments"][number];

/** What is billed is the length of the recording, where it is told: `audio_duration_secs`. */
const transcriptReader = secondsReader((document) => {
  const second = wholeSeconds(document["audio_duration_secs"]);
  return {
    complete: typeof document["text"] === "string",
    second,
    rawUsage: { audio_duration_secs: second },
  };
});

const dialect: Dialect = {
  reader: transcriptReader,
  errors: elevenLabsErrors,
  enforceLimits: (body) => body,
};

/** https://elevenlabs.io/docs/api-reference/speech-to-text/convert, `words`: spaces and events are no words. */
const wordsIn = (document: unknown): Spoken[] =>
  arrayAt(document, "words").flatMap((word): Spoken[] => {
    const text = stringAt(word, "text");
    const [start, end] = isRecord(word) ? [word["start"], word["end"]] : [];
    return wordAt(word, "type") !== "word" || text === undefined || typeof start !== "number" || typeof end !== "number"
      ? []
      : [{ text, startSecond: start, endSecond: end }];
  });

/** It tells no segments: a sentence is one. */
const sentencesOf = (words: readonly Spoken[]): Spoken[] => {
  const sentences: Spoken[] = [];
  let begun: Spoken | undefined;
  for (const { text, startSecond, endSecond } of words) {
    begun =
      begun === undefined
        ? { text, startSecond, endSecond }
        : {
            text: `${begun.text} ${text}`,
            startSecond: begun.startSecond,
            endSecond,
          };
    if (!/[.!?…。！？]["'»”’)]*$/.test(text)) continue;
    sentences.push(begun);
    begun = undefined;
  }
  return begun === undefined ? sentences : [...sentences, begun];
};

/** `transcribe` over POST /speech-to-text. */
export const transcribeOfElevenLabs =
  (headers: Headers): NonNullable<AiVendor["transcribe"]> =>
  async (input: TranscribeInput, io) => {
    const { audio, language, timestamps, prompt } = input;
    const tap = openTap(dialect, io);
    const fields = {
      model_id: io.model,
      timestamps_granularity: timestamps === undefined ? "none" : "word",
      tag_audio_events: false,
      ...(language === undefined ? {} : { language_code: language }),
    };
    const { body, contentType } = await formBody(fields, [{ field: "file", ...audio }]);
    const { document } = await tap.answer(
      {
        method: "POST",
        path: "/speech-to-text",
        headers: { ...headers(io), "content-type": contentType },
        body,
      },
      JSON.stringify({ ...fields, prompt }),
    );
    const metered = meteredOf(tap.reading());
    const text = stringAt(document, "text");
    if (text === undefined) throw nothingUsable().with(metered);
    const words = wordsIn(document);
    const duration = isRecord(document) ? document["audio_duration_secs"] : undefined;
    return {
      ...metered,
      result: {
        text,
        segments: timestamps === undefined ? [] : sentencesOf(words),
        ...(timestamps === "word" ? { words } : {}),
        language: wordAt(document, "language_code") ?? null,
        durationSeconds: typeof duration === "number" && Number.isFinite(duration) ? duration : null,
        warnings:
          prompt === undefined
            ? []
            : [
                {
                  type: "unsupported",
                  setting: "prompt",
                  details: "This vendor bills names that it is to listen for.",
                },
              ],
      },
    };
  };
