import type { Answer } from "../compose-answer.ts";
import { countTokens, firstTokens } from "../count-tokens.ts";
import { silence } from "../media/silence.ts";
import { stringOf } from "../read-json.ts";
import { saidTokens } from "./realtime-items.ts";

/** As people speak: sixteen letters a second. */
export const msPerCharacter = 62.5;

/** As much of a text as can be said within so many tokens: sound and its transcript share the limit. */
export const sayable = (text: string, limit: number): string =>
  firstTokens(text, Math.max(Math.floor(limit / (1 + saidTokens(msPerCharacter * 4))), 1));

/** An answer of chat completions, spoken or not. */
export interface ChatAnswer extends Answer {
  /** Where it is spoken: its text is the transcript, and its tokens are those of the text alone. */
  readonly said?: {
    /** The sandbox keeps no sound: how much there was of it stands in the id. */
    readonly id: string;
    readonly tokens: number;
    readonly sound: (characters: number) => string;
  };
}

interface Speaking {
  readonly digest: string;
  readonly choice: number;
  readonly format: string;
  readonly limit: number;
}

/** Says an answer: silence, as long as saying it would take. Calls of tools are not spoken. */
export function sayAloud(answer: Answer, { digest, choice, format, limit }: Speaking): ChatAnswer {
  if (answer.toolCalls.length > 0) return answer;
  const text = sayable(answer.text, limit);
  const outputTokens = Math.min(countTokens(text), limit);
  const tokens = Math.min(saidTokens(text.length * msPerCharacter), limit - outputTokens);
  return {
    ...answer,
    text,
    outputTokens,
    finish: text === answer.text ? answer.finish : "length",
    said: {
      id: `audio_${digest.slice(0, 20)}_${choice}_${tokens}`,
      tokens,
      sound: (characters) =>
        silence(format === "pcm16" ? "pcm" : format, (characters * msPerCharacter) / 1_000).toString("base64"),
    },
  };
}

/** Tokens of an earlier answer that is named by its id; of one that the sandbox has not said, a second. */
export const heardAgain = (id: unknown): number => Number(/^audio_.+_(\d{1,6})$/.exec(stringOf(id))?.[1] ?? 20);
