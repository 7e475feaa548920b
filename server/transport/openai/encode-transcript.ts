import type { TranscribeOutput } from "../../contracts/ai/transcribe.ts";
import type { Answered } from "../../contracts/vendor-call.ts";
import { transcriptUsage } from "./encode-usage.ts";

type Transcript = Omit<TranscribeOutput, "usage" | "nexus">;
type Spoken = Transcript["segments"][number];

const two = (count: number): string => String(count).padStart(2, "0");

/** Hours, minutes, seconds and milliseconds; subtitles write the last with a comma, captions with a point. */
const clock = (seconds: number, point: "," | "."): string => {
  const ms = Math.round(seconds * 1_000);
  const rest = `${two(Math.floor(ms / 1_000) % 60)}${point}${String(ms % 1_000).padStart(3, "0")}`;
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${rest}`;
};

const cue = ({ text, startSecond, endSecond }: Spoken, point: "," | "."): string =>
  `${clock(startSecond, point)} --> ${clock(endSecond, point)}\n${text.trim()}\n`;

/** A transcript as subtitles or captions. */
export const encodeCues = (segments: readonly Spoken[], format: "srt" | "vtt"): string =>
  format === "srt"
    ? segments.map((segment, at) => `${at + 1}\n${cue(segment, ",")}`).join("\n")
    : `WEBVTT\n\n${segments.map((segment) => cue(segment, ".")).join("\n")}`;

const spoken = ({ text, startSecond: start, endSecond: end }: Spoken) => ({ text, start, end });

/** A transcript as OpenAI's JSON; `verbose` with when each was said. */
export const encodeTranscript = ({ result, units }: Answered<Transcript>, verbose: boolean): Uint8Array => {
  const { text, segments, words, language, durationSeconds } = result;
  const more = {
    task: "transcribe",
    language: language ?? "",
    duration: durationSeconds ?? 0,
    segments: segments.map((segment, id) => ({ id, ...spoken(segment) })),
    ...(words === undefined
      ? {}
      : { words: words.map(({ text: word, startSecond: start, endSecond: end }) => ({ word, start, end })) }),
  };
  const usage = units === null ? {} : { usage: transcriptUsage(units) };
  return Buffer.from(JSON.stringify({ text, ...(verbose ? more : {}), ...usage }));
};
