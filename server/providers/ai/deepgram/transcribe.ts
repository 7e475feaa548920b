import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { TranscribeInput, TranscribeOutput } from "../../../contracts/ai/transcribe.ts";
import { nothingUsable } from "../../_wire/ask-model.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import { arrayAt, isRecord, recordAt, stringAt, wordAt } from "../../_wire/json.ts";
import { meteredOf } from "../../_wire/reader.ts";
import { secondsReader, wholeSeconds } from "../../_wire/seconds-reader.ts";
import { openTap } from "../../_wire/tap.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { deepgramErrors } from "./deepgram-errors.ts";
import { hearsLanguages, multilingual } from "./deepgram-models.ts";

type Headers = (io: Pick<ProviderIo, "credential">) => Readonly<Record<string, string>>;
type Spoken = TranscribeOutput["segments"][number];

const channelsOf = (document: unknown): readonly unknown[] => arrayAt(recordAt(document, "results"), "channels");

const transcriptIn = (document: unknown): string | undefined => {
  const [first] = arrayAt(channelsOf(document)[0], "alternatives");
  return stringAt(first, "transcript");
};

/**
 * What is billed is the recording's length, for each channel that was written down by itself; that is never asked for,
 * but an answer that says so has a bill: https://developers.deepgram.com/docs/multichannel
 */
const transcriptReader = secondsReader((document) => {
  const duration = recordAt(document, "metadata")?.["duration"];
  const channels = Math.max(1, channelsOf(document).length);
  return {
    complete: transcriptIn(document) !== undefined,
    second: wholeSeconds(typeof duration === "number" ? duration * channels : duration),
    rawUsage: { duration, channels },
  };
});

const dialect: Dialect = {
  reader: transcriptReader,
  errors: deepgramErrors,
  enforceLimits: (body) => body,
  usageName: "metadata",
};

const spokenIn = (pieces: readonly unknown[], ...names: readonly string[]): Spoken[] =>
  pieces.flatMap((piece): Spoken[] => {
    const text = names.map((name) => stringAt(piece, name)).find((one) => one !== undefined);
    const [start, end] = isRecord(piece) ? [piece["start"], piece["end"]] : [];
    return text === undefined || typeof start !== "number" || typeof end !== "number"
      ? []
      : [{ text, startSecond: start, endSecond: end }];
  });

/** A language, perhaps as a country has it: "multi" is all of them, which has another price. */
const oneLanguage = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,2}$/i;

const requireOneLanguage = (language: string): void => {
  if (oneLanguage.test(language)) return;
  throw failure(
    { kind: "not_sent", code: "CAPABILITY_MISSING", about: "request" },
    { message: `language: expected one language, such as en; ${multilingual} hears all of its own.` },
  );
};

interface Asked {
  readonly query: string;
  readonly values: Readonly<Record<string, string>>;
  readonly warnings: TranscribeOutput["warnings"];
}

/**
 * Neither `multichannel` nor what is sold beside it (`keyterm`, `diarize`, `redact`, summaries, topics) is ever asked for: it
 * was not reserved. https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
 */
const askedOf = ({ language, prompt, timestamps }: TranscribeInput, model: string): Asked => {
  const warnings: TranscribeOutput["warnings"] = [];
  if (prompt !== undefined)
    warnings.push({
      type: "unsupported",
      setting: "prompt",
      details: "This vendor bills words that it is to listen for.",
    });
  const pieces = timestamps === undefined ? "" : "&utterances=true";
  const plain = `/listen?model={model}&smart_format=true${pieces}`;
  if (model === multilingual) {
    if (language !== undefined)
      warnings.push({
        type: "unsupported",
        setting: "language",
        details: "It hears all of its languages at once.",
      });
    return {
      query: `${plain}&language=multi`,
      values: { model: "nova-3" },
      warnings,
    };
  }
  if (language !== undefined) {
    requireOneLanguage(language);
    return {
      query: `${plain}&language={language}`,
      values: { model, language },
      warnings,
    };
  }
  return {
    query: hearsLanguages(model) ? `${plain}&detect_language=true` : plain,
    values: { model },
    warnings,
  };
};

/** `transcribe` over POST /listen. */
export const transcribeOfDeepgram =
  (headers: Headers): NonNullable<AiVendor["transcribe"]> =>
  async (input, io) => {
    const { audio, timestamps } = input;
    const { query, values, warnings } = askedOf(input, io.model);
    const tap = openTap(dialect, io);
    const { document } = await tap.answer(
      {
        method: "POST",
        path: query,
        values,
        headers: { ...headers(io), "content-type": audio.mediaType },
        body: Buffer.from(audio.data, "base64"),
      },
      JSON.stringify({ ...values, prompt: input.prompt }),
    );
    const metered = meteredOf(tap.reading());
    const text = transcriptIn(document);
    if (text === undefined) throw nothingUsable().with(metered);
    const [channel] = channelsOf(document);
    const [alternative] = arrayAt(channel, "alternatives");
    const duration = recordAt(document, "metadata")?.["duration"];
    return {
      ...metered,
      result: {
        text,
        segments: spokenIn(arrayAt(recordAt(document, "results"), "utterances"), "transcript"),
        ...(timestamps === "word"
          ? {
              words: spokenIn(arrayAt(alternative, "words"), "punctuated_word", "word"),
            }
          : {}),
        language: wordAt(channel, "detected_language") ?? values["language"] ?? null,
        durationSeconds: typeof duration === "number" && Number.isFinite(duration) ? duration : null,
        warnings,
      },
    };
  };
