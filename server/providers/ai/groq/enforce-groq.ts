import type { Dialect } from "../../_wire/dialect.ts";
import type { JsonRecord } from "../../_wire/json.ts";
import { functionsAlone } from "../_openai-chat/functions-alone.ts";
import { plainTurns } from "../_openai-chat/plain-turns.ts";

/** https://console.groq.com/docs/reasoning: Qwen knows to think (`default`) and not to, and writes its thoughts into the answer unless told otherwise. */
const asQwenThinks = (body: JsonRecord): JsonRecord => {
  const { reasoning_effort: effort, reasoning_format: format, include_reasoning: included } = body;
  return {
    ...(effort === undefined || effort === null ? {} : { reasoning_effort: effort === "none" ? "none" : "default" }),
    // One of the two may be sent.
    ...(format === undefined && included === undefined ? { reasoning_format: "parsed" } : {}),
  };
};

/** A chat as Groq takes it and bills as it was reserved. */
const asGroqTakesIt = (body: JsonRecord, model: string): JsonRecord => {
  // console.groq.com/docs/tool-use/built-in-tools: searches and code have fees.
  functionsAlone(body);
  return {
    ...body,
    messages: plainTurns(body),
    ...(body.service_tier === "default" ? { service_tier: "on_demand" } : {}),
    ...(/(^|\/)qwen-?3/.test(model) ? asQwenThinks(body) : {}),
  };
};

/** Makes every chat one that Groq takes. */
export const enforceGroq = (dialect: Dialect): Dialect => ({
  ...dialect,
  enforceLimits: (body, io) => {
    const limited = dialect.enforceLimits(body, io);
    return asGroqTakesIt(limited, io.model);
  },
});
