import type { IncomingHttpHeaders } from "node:http";
import { objectOf, stringOf } from "../read-json.ts";
import type { JsonObject } from "../read-json.ts";
import { isSealed, seal } from "../seal.ts";
import { loopStart, messagesOf, thinkingOf } from "./content.ts";
import type { ClaudeModel } from "./models.ts";

/** The text that makes the vendor redact its thinking, and the sandbox likewise. */
export const redactionMarker =
  "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9A13E193C177646C7398A98432ECCCE4C1253D5E2D82641AC0E52CC2876CB";

/** Betas are named in a header, in any number. */
export const hasBeta = (headers: IncomingHttpHeaders, name: string): boolean =>
  stringOf(headers["anthropic-beta"]).includes(name);

/** What kind of thinking a request has switched on. */
export function thinkingMode(body: JsonObject, model: ClaudeModel): "off" | "budget" | "adaptive" {
  const type = thinkingOf(body)?.["type"];
  if (type === "enabled") return "budget";
  return type === "adaptive" || type === "between_tools" || model.thinking === "always" ? "adaptive" : "off";
}

/** Whether this answer thinks: with a budget, only at the beginning of a turn unless thinking may interleave. */
export function thinksNow(body: JsonObject, model: ClaudeModel, headers: IncomingHttpHeaders): boolean {
  const mode = thinkingMode(body, model);
  if (mode !== "budget") return mode === "adaptive";
  return loopStart(messagesOf(body)) === undefined || hasBeta(headers, "interleaved-thinking-");
}

const scope = (model: ClaudeModel, kind: string) => `anthropic ${kind} ${model.id}`;

/** Newer models leave the thinking out unless asked for a summary. */
const shows = (body: JsonObject, model: ClaudeModel): boolean => {
  const display = thinkingOf(body)?.["display"];
  if (display === "omitted" || display === "summarized") return display === "summarized";
  return model.thinking !== "adaptive" && model.thinking !== "always";
};

/** The block that carries what was thought: shown, left out, or redacted. Its signature is over what it shows. */
export function thinkingBlock(body: JsonObject, model: ClaudeModel, thought: string): JsonObject {
  const seed = JSON.stringify(body["messages"]);
  const redacted = seed.includes(redactionMarker);
  if (redacted) return { type: "redacted_thinking", data: seal(scope(model, "redacted"), "", seed) };
  const thinking = shows(body, model) ? thought : "";
  return { type: "thinking", thinking, signature: seal(scope(model, "thinking"), thinking, seed) };
}

/** Whether a block is one that this model gave, to the letter. */
export const isGenuine = (given: unknown, model: ClaudeModel): boolean => {
  const block = objectOf(given);
  return block["type"] === "thinking"
    ? isSealed(stringOf(block["signature"]), scope(model, "thinking"), stringOf(block["thinking"]))
    : isSealed(stringOf(block["data"]), scope(model, "redacted"), "");
};
