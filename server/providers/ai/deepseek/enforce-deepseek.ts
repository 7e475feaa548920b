import type { Dialect } from "../../_wire/dialect.ts";
import { arrayAt, isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { functionsAlone } from "../_openai-chat/functions-alone.ts";

const isOff = (body: JsonRecord): boolean =>
  body.reasoning_effort === "none" || stringAt(recordAt(body, "thinking"), "type") === "disabled";

/** https://api-docs.deepseek.com/guides/thinking_mode: thinking is switched off by a field of its own. */
const thinkingOf = (body: JsonRecord): JsonRecord => {
  const { reasoning_effort: effort, ...rest } = body;
  if (isOff(body)) return { ...rest, thinking: { type: "disabled" } };
  return effort === undefined || effort === null ? rest : { ...rest, reasoning_effort: effort };
};

/**
 * Roles are `system`, `user`, `assistant` and `tool`. While thinking is on, whoever called a tool must be sent back with
 * what it thought (…/guides/thinking_mode): a turn that another vendor answered has thought nothing.
 */
const messageOf = (message: unknown, thinks: boolean): unknown => {
  if (!isRecord(message)) return message;
  if (message.role === "developer") return { ...message, role: "system" };
  const forgets = message.role === "assistant" && typeof message.reasoning_content !== "string";
  return thinks && forgets ? { ...message, reasoning_content: "" } : message;
};

const jsonAsked = /json/i;

/** What has to be said for JSON: https://api-docs.deepseek.com/guides/json_mode wants the word in the prompt. */
const wordsFor = (format: JsonRecord, messages: readonly unknown[]): string | undefined => {
  if (format.type === "json_schema") {
    const schema = recordAt(format, "json_schema")?.schema ?? {};
    return `Answer in JSON of this schema: ${JSON.stringify(schema)}`;
  }
  return format.type === "json_object" && !jsonAsked.test(JSON.stringify(messages)) ? "Answer in JSON." : undefined;
};

/** A chat as DeepSeek takes it: functions for tools, its own switch for thinking, its own roles, JSON without a schema. */
const asDeepSeekTakesIt = (body: JsonRecord): JsonRecord => {
  // Searches and pages that a tool at the vendor fetches have fees (api-docs.deepseek.com/quick_start/pricing).
  functionsAlone(body);
  const asked = arrayAt(body, "messages");
  const thinks = !isOff(body);
  const messages = asked.map((message) => messageOf(message, thinks));
  const format = recordAt(body, "response_format");
  const words = format === undefined ? undefined : wordsFor(format, messages);
  return {
    ...thinkingOf(body),
    messages: words === undefined ? messages : [{ role: "system", content: words }, ...messages],
    ...(format?.type === "json_schema" ? { response_format: { type: "json_object" } } : {}),
  };
};

/** Makes every chat one that DeepSeek takes and bills as it was reserved. */
export const enforceDeepSeek = (dialect: Dialect): Dialect => ({
  ...dialect,
  enforceLimits: (body, io) => dialect.enforceLimits(asDeepSeekTakesIt(body), io),
});
