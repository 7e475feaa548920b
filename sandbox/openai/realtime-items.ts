import { countTokens, messageTokens } from "../count-tokens.ts";
import { fitWithin, pixelsOf } from "../media/measure.ts";
import { listOf, objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { bytesPerMs, type SoundFormat } from "./realtime-voice.ts";

/** Tokens by what they are of. */
export interface Tokens {
  readonly text: number;
  readonly audio: number;
  readonly image: number;
}

export const noTokens: Tokens = { text: 0, audio: 0, image: 0 };
export const addTokens = (one: Tokens, other: Tokens): Tokens => ({
  text: one.text + other.text,
  audio: one.audio + other.audio,
  image: one.image + other.image,
});
export const tokensIn = ({ text, audio, image }: Tokens): number => text + audio + image;

/** An item of a conversation, with what it counts as input. */
export interface Item {
  /** As it is shown: without its sound. */
  readonly shown: JsonObject;
  readonly text: string;
  readonly tokens: Tokens;
}

// https://developers.openai.com/api/docs/guides/realtime-costs: a token for 100 ms of a person, for 50 of a model
export const heardTokens = (ms: number): number => Math.ceil(ms / 100);
export const saidTokens = (ms: number): number => Math.ceil(ms / 50);

/** https://developers.openai.com/api/docs/guides/images-vision: a base, and so many for each square of 512. */
const imageTokens = (url: string): number => {
  const { width, height } = fitWithin(pixelsOf(url.slice(url.indexOf(",") + 1)), 2_048);
  return 85 + 170 * Math.ceil(width / 512) * Math.ceil(height / 512);
};

const partOf = (
  part: JsonObject,
  format: SoundFormat,
): {
  readonly shown: JsonObject;
  readonly text: string;
  readonly tokens: Tokens;
} => {
  const { type } = part;
  if (type === "input_image")
    return { shown: part, text: "", tokens: { ...noTokens, image: imageTokens(stringOf(part["image_url"])) } };
  if (type === "input_audio" || type === "output_audio") {
    const ms = Buffer.from(stringOf(part["audio"]), "base64").length / bytesPerMs(format);
    const transcript = stringOf(part["transcript"]);
    const audio = type === "input_audio" ? heardTokens(ms) : saidTokens(ms);
    const text = type === "output_audio" ? transcript : "";
    return {
      shown: { type, transcript: transcript || null },
      text,
      tokens: { ...noTokens, text: countTokens(text), audio },
    };
  }
  const text = stringOf(part["text"]);
  return { shown: part, text, tokens: { ...noTokens, text: countTokens(text) } };
};

/** An item that a client has written. */
export function writtenItem(value: JsonObject, id: string, format: SoundFormat): Item {
  const base = { ...value, id, object: "realtime.item", status: "completed" };
  if (value["type"] !== "message") {
    const text = stringOf(value["output"]) || stringOf(value["name"]) + stringOf(value["arguments"]);
    return { shown: base, text, tokens: { ...noTokens, text: countTokens(text) + messageTokens } };
  }
  const parts = listOf(value["content"]).map((part) => partOf(objectOf(part), format));
  return {
    shown: { ...base, content: parts.map(({ shown }) => shown) },
    text: parts.map(({ text }) => text).join(" "),
    tokens: parts.map(({ tokens }) => tokens).reduce(addTokens, { ...noTokens, text: messageTokens }),
  };
}

/** What somebody has said. */
export const heardItem = (id: string, ms: number): Item => ({
  shown: {
    id,
    object: "realtime.item",
    type: "message",
    status: "completed",
    role: "user",
    content: [{ type: "input_audio", transcript: null }],
  },
  text: `something that took ${(ms / 1_000).toFixed(1)} seconds to say`,
  tokens: { ...noTokens, text: messageTokens, audio: heardTokens(ms) },
});
