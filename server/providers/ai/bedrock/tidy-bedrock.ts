import { isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { changedOnly, Changes, fits, fitsUsage, type Tidy } from "../../_wire/tidy.ts";

/** The numbers have been read; the schema wants three of them. */
const plainUsage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };

const counts = ["inputTokens", "outputTokens", "totalTokens"] as const;

const tidyUsage = (usage: unknown): unknown => {
  const details = isRecord(usage) ? usage.cacheDetails : undefined;
  const detailed =
    details === undefined ||
    details === null ||
    (Array.isArray(details) &&
      details.every((one) => isRecord(one) && typeof one.inputTokens === "number" && typeof one.ttl === "string"));
  const fitting = isRecord(usage) && counts.every((key) => typeof usage[key] === "number") && fitsUsage(usage);
  return fitting && detailed ? usage : plainUsage;
};

/** What of an answer is about something else than what it says. */
const tidyAround = (changes: Changes, of: JsonRecord): void => {
  const tier = of.serviceTier;
  if (tier !== undefined && stringAt(tier, "type") === undefined) changes.set("serviceTier", undefined);
  if (of.performanceConfig !== undefined && stringAt(of.performanceConfig, "latency") === undefined)
    changes.set("performanceConfig", undefined);
  if (of.metrics !== undefined && typeof recordAt(of, "metrics")?.latencyMs !== "number")
    changes.set("metrics", undefined);
};

const tidyEnding = (changes: Changes, of: JsonRecord): void => {
  if (typeof of.stopReason !== "string") changes.set("stopReason", "");
  const more = of.additionalModelResponseFields;
  const delta = isRecord(more) ? more.delta : undefined;
  const readable = isRecord(more) && (delta === undefined || (isRecord(delta) && fits(delta.stop_sequence, "string")));
  if (more !== undefined && !readable) changes.set("additionalModelResponseFields", undefined);
};

const isToolUse = (value: unknown): boolean =>
  stringAt(value, "toolUseId") !== undefined && stringAt(value, "name") !== undefined;

const isThought = (value: unknown): boolean => {
  if (!isRecord(value)) return false;
  const text = recordAt(value, "reasoningText");
  return (
    (text !== undefined && typeof text.text === "string" && fits(text.signature, "string")) ||
    stringAt(recordAt(value, "redactedReasoning"), "data") !== undefined ||
    typeof value.redactedContent === "string"
  );
};

/** A block that can be passed on; nothing for one of which nothing can be read. */
const tidyBlock = (block: unknown): JsonRecord | undefined => {
  if (!isRecord(block)) return undefined;
  const changes = new Changes(block);
  changes.keep("text", "string");
  if (block.toolUse !== undefined && !isToolUse(block.toolUse)) changes.set("toolUse", undefined);
  if (block.reasoningContent !== undefined && !isThought(block.reasoningContent))
    changes.set("reasoningContent", undefined);
  const cited = recordAt(block, "citationsContent")?.content;
  if (block.citationsContent !== undefined) {
    const readable = Array.isArray(cited) && cited.every((one) => isRecord(one) && fits(one.text, "string"));
    if (!readable) changes.set("citationsContent", undefined);
  }
  const tidied = changes.result();
  return Object.values(tidied).some((value) => value !== undefined && value !== null) ? tidied : undefined;
};

const tidyWhole = (document: JsonRecord): JsonRecord => {
  const changes = new Changes(document);
  const message = recordAt(recordAt(document, "output"), "message") ?? {};
  const said = new Changes(message);
  said.each("content", tidyBlock);
  if (!Array.isArray(message.content)) said.set("content", []);
  if (typeof message.role !== "string") said.set("role", "assistant");
  if (said.result() !== recordAt(recordAt(document, "output"), "message"))
    changes.set("output", { message: said.result() });
  changes.set("usage", tidyUsage(document.usage));
  tidyEnding(changes, document);
  tidyAround(changes, document);
  return changes.result();
};

const isDelta = (delta: unknown): boolean => {
  if (!isRecord(delta)) return false;
  const thought = recordAt(delta, "reasoningContent");
  return (
    typeof delta.text === "string" ||
    isRecord(delta.citation) ||
    stringAt(recordAt(delta, "toolUse"), "input") !== undefined ||
    ["text", "signature", "data", "redactedContent"].some((key) => typeof thought?.[key] === "string")
  );
};

/** Of each event its body: changed, or nothing where it cannot be read. */
const events: Readonly<Record<string, (body: JsonRecord) => JsonRecord | undefined>> = {
  contentBlockStart: (body) => {
    const tool = recordAt(body, "start")?.toolUse;
    return typeof body.contentBlockIndex === "number" && (tool === undefined || tool === null || isToolUse(tool))
      ? body
      : undefined;
  },
  contentBlockDelta: (body) => (typeof body.contentBlockIndex === "number" && isDelta(body.delta) ? body : undefined),
  contentBlockStop: (body) => (typeof body.contentBlockIndex === "number" ? body : undefined),
  messageStop: (body) => {
    const changes = new Changes(body);
    tidyEnding(changes, body);
    return changes.result();
  },
  metadata: (body) => {
    const changes = new Changes(body);
    if (body.usage !== undefined) changes.set("usage", tidyUsage(body.usage));
    tidyAround(changes, body);
    return changes.result();
  },
};

/** Makes answers of Converse, whole or event by event, readable for the adapter's schema. */
export const tidyBedrock = (): Tidy => (document) => {
  if (document.output !== undefined || document.usage !== undefined) return changedOnly(document, tidyWhole(document));
  const [name, body] = Object.entries(document)[0] ?? [];
  const tidyEvent = name === undefined ? undefined : events[name];
  if (name === undefined || tidyEvent === undefined) return undefined;
  const tidied = isRecord(body) ? tidyEvent(body) : undefined;
  if (tidied === undefined) return null;
  return tidied === body ? undefined : { [name]: tidied };
};
