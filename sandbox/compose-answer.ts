import { countTokens, firstTokens, messageTokens } from "./count-tokens.ts";
import { generateInstance } from "./generate-instance.ts";
import type { JsonObject } from "./read-json.ts";

/** What a request asks, in no vendor's words. */
export interface ModelRequest {
  /** Every text of the request: system, messages, tool calls and results. */
  readonly texts: readonly string[];
  readonly messages: number;
  readonly images: number;
  /** Tokens of images, documents and video, as the vendor counts them. */
  readonly seenTokens: number;
  /** Tokens of sound. */
  readonly heardTokens: number;
  readonly lastUserText: string;
  /** Text of the tool result that ends the conversation, if one does. */
  readonly toolResult: string | undefined;
  /** How many results of tools there are since the user spoke last; not told by every wire. */
  readonly toolResults?: number;
  readonly tools: readonly { readonly name: string; readonly schema: JsonObject }[];
  readonly toolChoice: "none" | "auto" | "required" | { readonly name: string };
  /** Present where the answer must be a JSON object; empty where any object will do. */
  readonly jsonSchema: JsonObject | undefined;
  readonly maxTokens: number | undefined;
  readonly reasoningTokens: number;
}

export interface Answer {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly { readonly name: string; readonly json: string }[];
  readonly finish: "stop" | "length" | "tool-calls";
  /** Tokens of text and tool calls, without reasoning. */
  readonly outputTokens: number;
  readonly reasoningTokens: number;
}

const openings = [
  "Happy to help with that.",
  "Thank you for asking.",
  "Good question.",
  "With pleasure.",
  "Here is a first thought.",
] as const;

const filler =
  "this is a longer passage from the sandbox which goes on word by word so that a stream has something to carry ".split(
    " ",
  );

function sentence(ask: ModelRequest, index: number): string {
  const words = /\[\[words:(\d{1,5})\]\]/.exec(ask.lastUserText)?.[1];
  if (words !== undefined) {
    return Array.from({ length: Number(words) }, (_, at) => filler[at % (filler.length - 1)]).join(" ");
  }
  if (ask.toolResult !== undefined) return `The tool answered: ${quote(ask.toolResult)}. That settles it.`;
  const opening = openings[(ask.lastUserText.length + index) % openings.length] ?? openings[0];
  const seen = ask.images > 0 ? ` I looked at ${ask.images === 1 ? "the image" : `${ask.images} images`} too.` : "";
  return `${opening} You said: ${quote(ask.lastUserText)}.${seen} This answer comes from the Nexus sandbox, and the same question always gets it.`;
}

function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const shown = [...line].slice(0, 120).join("");
  return `“${shown.length < line.length ? `${shown}…` : shown}”`;
}

/** Calls that the user's own words prescribe, one a turn: `[[call:name:arguments]]`, the arguments as JSON in base64url. */
function prescribedCall(ask: ModelRequest): Answer["toolCalls"][number] | undefined {
  // Where nobody counts the results, only the first turn is known.
  if (ask.toolResults === undefined && ask.toolResult !== undefined) return undefined;
  const all = [...ask.lastUserText.matchAll(/\[\[call:([\w-]{1,64}):([\w-]+)\]\]/g)];
  const [, name, written] = all[ask.toolResults ?? 0] ?? [];
  if (name === undefined || written === undefined || !ask.tools.some((tool) => tool.name === name)) return undefined;
  return { name, json: Buffer.from(written, "base64url").toString("utf8") };
}

function calledTools(ask: ModelRequest): ModelRequest["tools"] {
  const { toolChoice } = ask;
  if (toolChoice === "none" || ask.tools.length === 0) return [];
  if (typeof toolChoice === "object") return ask.tools.filter((tool) => tool.name === toolChoice.name);
  const wanted = ask.lastUserText.toLowerCase();
  if (ask.toolResult === undefined && wanted.includes("call all tools")) return ask.tools;
  const asked = ask.toolResult === undefined && wanted.includes("call the tool");
  return asked || toolChoice === "required" ? ask.tools.slice(0, 1) : [];
}

/** Input tokens of a request: its texts together, its tools and schema as JSON, a fixed price for each message, and media as the vendor counts them. */
export function countInput(ask: ModelRequest): { readonly text: number; readonly audio: number } {
  const schema = ask.jsonSchema === undefined ? "" : JSON.stringify(ask.jsonSchema);
  const tools = ask.tools.length === 0 ? "" : JSON.stringify(ask.tools);
  const text = countTokens(ask.texts.join("") + schema + tools);
  return {
    text: text + ask.messages * messageTokens + ask.seenTokens,
    audio: ask.heardTokens,
  };
}

/** The answer to a request: a function of the request alone. Choices of one request differ by `index`. */
export function composeAnswer(ask: ModelRequest, index = 0): Answer {
  const limit = ask.maxTokens ?? Number.POSITIVE_INFINITY;
  const reasoningTokens = Math.min(ask.reasoningTokens, limit);
  const reasoning =
    reasoningTokens === 0
      ? ""
      : firstTokens("I read the question, then answer it plainly. ".repeat(32), reasoningTokens);
  const left = limit - reasoningTokens;
  const prescribed = prescribedCall(ask);
  const toolCalls =
    prescribed === undefined
      ? calledTools(ask).map((tool) => ({ name: tool.name, json: JSON.stringify(generateInstance(tool.schema)) }))
      : [prescribed];
  if (toolCalls.length > 0) {
    const cost = countTokens(toolCalls.map((call) => call.name + call.json).join(""));
    if (cost <= left) {
      return {
        text: "",
        reasoning,
        toolCalls,
        finish: "tool-calls",
        outputTokens: cost,
        reasoningTokens,
      };
    }
  }
  const whole =
    ask.jsonSchema === undefined
      ? sentence(ask, index)
      : JSON.stringify(
          Object.keys(ask.jsonSchema).length === 0
            ? { answer: sentence(ask, index) }
            : generateInstance(ask.jsonSchema),
        );
  const text = left === Number.POSITIVE_INFINITY ? whole : firstTokens(whole, left);
  const finish = text === whole ? "stop" : "length";
  return {
    text,
    reasoning,
    toolCalls: [],
    finish,
    outputTokens: countTokens(text),
    reasoningTokens,
  };
}

/** A text in the pieces in which a stream carries it: words with the space before them. */
export const wordsOf = (text: string): readonly string[] =>
  text.match(/\s*\S+\s*$|\s*\S+/g) ?? (text === "" ? [] : [text]);

/** JSON in fragments that split anywhere, as vendors stream tool arguments. */
export const fragmentsOf = (json: string): readonly string[] => json.match(/.{1,9}/gsu) ?? [];
