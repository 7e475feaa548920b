import { composeAnswer, fragmentsOf, wordsOf } from "../compose-answer.ts";
import { countTokens } from "../count-tokens.ts";
import type { JsonObject } from "../read-json.ts";
import { listOf, objectOf, stringOf } from "../read-json.ts";
import { saidTokens } from "./realtime-items.ts";
import { bytesPerMs, type SoundFormat } from "./realtime-voice.ts";
import { msPerCharacter, sayable } from "./said-aloud.ts";

/** A piece of an answer, with the tokens that have been made once it is said. */
export interface Piece {
  readonly events: readonly JsonObject[];
  readonly text: number;
  readonly audio: number;
  readonly ms: number;
}

/** What a model answers, piece by piece. */
export interface Spoken {
  readonly kind: "audio" | "text" | "call";
  readonly name: string;
  readonly text: string;
  readonly pieces: readonly Piece[];
  /** It stopped where the limit was reached. */
  readonly cut: boolean;
}

interface Asked {
  readonly texts: readonly string[];
  readonly lastText: string;
  readonly toolResult: string | undefined;
  readonly settings: JsonObject;
  readonly format: SoundFormat;
  readonly limit: number;
}

const toolChoiceOf = (value: unknown): "none" | "auto" | "required" | { readonly name: string } => {
  const { name } = objectOf(value);
  if (typeof name === "string") return { name };
  return value === "none" || value === "required" ? value : "auto";
};

/** The answer to a conversation: a function of what was said alone. */
export function composeSpoken({ texts, lastText, toolResult, settings, format, limit }: Asked): Spoken {
  const spoken = !listOf(settings["output_modalities"]).includes("text");
  const answer = composeAnswer({
    texts,
    messages: texts.length,
    images: 0,
    seenTokens: 0,
    heardTokens: 0,
    lastUserText: lastText,
    toolResult,
    tools: listOf(settings["tools"]).map((tool) => ({
      name: stringOf(objectOf(tool)["name"]),
      schema: objectOf(objectOf(tool)["parameters"]),
    })),
    toolChoice: toolChoiceOf(settings["tool_choice"]),
    jsonSchema: undefined,
    maxTokens: limit,
    reasoningTokens: 0,
  });
  const [call] = answer.toolCalls;
  if (call !== undefined) {
    let text = countTokens(call.name);
    const pieces = fragmentsOf(call.json).map((delta): Piece => {
      text += countTokens(delta);
      return {
        events: [{ type: "response.function_call_arguments.delta", delta }],
        text: Math.min(text, limit),
        audio: 0,
        ms: 0,
      };
    });
    return { kind: "call", name: call.name, text: call.json, pieces, cut: false };
  }
  const text = spoken ? sayable(answer.text, limit) : answer.text;
  let said = "";
  const pieces = wordsOf(text).map((delta): Piece => {
    said += delta;
    const tokens = Math.min(countTokens(said), limit);
    if (!spoken) return { events: [{ type: "response.output_text.delta", delta }], text: tokens, audio: 0, ms: 0 };
    const ms = said.length * msPerCharacter;
    const before = (said.length - delta.length) * msPerCharacter;
    const sound = Buffer.alloc(Math.round((ms - before) / 10) * 10 * bytesPerMs(format)).toString("base64");
    return {
      events: [
        { type: "response.output_audio_transcript.delta", delta },
        { type: "response.output_audio.delta", delta: sound },
      ],
      text: tokens,
      audio: Math.min(saidTokens(ms), limit - tokens),
      ms,
    };
  });
  return {
    kind: spoken ? "audio" : "text",
    name: "",
    text,
    pieces,
    cut: text !== answer.text || answer.finish === "length",
  };
}
