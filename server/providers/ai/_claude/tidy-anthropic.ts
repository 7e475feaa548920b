import { arrayAt, isRecord, recordAt, stringAt, type JsonRecord } from "../../_wire/json.ts";
import { changedOnly, Changes, fits, type Tidy } from "../../_wire/tidy.ts";

/** Fields without which a citation of a type cannot be read. */
const citations: Readonly<Record<string, readonly (readonly [string, "string" | "number"])[]>> = {
  web_search_result_location: [
    ["cited_text", "string"],
    ["url", "string"],
    ["encrypted_index", "string"],
  ],
  search_result_location: [
    ["cited_text", "string"],
    ["source", "string"],
    ["search_result_index", "number"],
    ["start_block_index", "number"],
    ["end_block_index", "number"],
  ],
  page_location: [
    ["cited_text", "string"],
    ["document_index", "number"],
    ["start_page_number", "number"],
    ["end_page_number", "number"],
  ],
  char_location: [
    ["cited_text", "string"],
    ["document_index", "number"],
    ["start_char_index", "number"],
    ["end_char_index", "number"],
  ],
};

const tidyCitation = (citation: unknown): JsonRecord | undefined => {
  if (!isRecord(citation)) return undefined;
  const needed = citations[stringAt(citation, "type") ?? ""];
  if (needed === undefined || needed.some(([key, kind]) => typeof citation[key] !== kind)) return undefined;
  const changes = new Changes(citation);
  const title = stringAt(citation, "type")?.includes("search") ? "title" : "document_title";
  if (typeof citation[title] !== "string") changes.set(title, null);
  changes.keep("file_id", "string");
  return changes.result();
};

const isFound = (result: unknown): boolean =>
  stringAt(result, "type") === "web_search_result" &&
  stringAt(result, "url") !== undefined &&
  stringAt(result, "encrypted_content") !== undefined &&
  isRecord(result) &&
  result.title !== undefined &&
  fits(result.title, "string") &&
  fits(result.page_age, "string");

/** A block that can be passed on; nothing for kinds that are unknown, or that only the vendor's own tools make. */
const tidyBlock = (block: unknown): JsonRecord | undefined => {
  if (!isRecord(block)) return undefined;
  const changes = new Changes(block);
  const text = (key: string): void => {
    if (typeof block[key] !== "string") changes.set(key, "");
  };
  switch (block.type) {
    case "text":
      text("text");
      changes.each("citations", tidyCitation);
      return changes.result();
    case "thinking":
      text("thinking");
      text("signature");
      return changes.result();
    case "redacted_thinking":
      return typeof block.data === "string" ? block : undefined;
    case "tool_use":
      if (typeof block.id !== "string" || typeof block.name !== "string") return undefined;
      if (!isRecord(block.input)) changes.set("input", {});
      changes.set("caller", undefined);
      changes.keep("toolset_name", "string");
      return changes.result();
    case "server_tool_use":
      if (typeof block.id !== "string" || block.name !== "web_search") return undefined;
      if (!isRecord(block.input)) changes.set("input", {});
      changes.set("caller", undefined);
      return changes.result();
    case "web_search_tool_result":
      changes.set("caller", undefined);
      return typeof block.tool_use_id === "string" && Array.isArray(block.content) && block.content.every(isFound)
        ? changes.result()
        : undefined;
    default:
      return undefined;
  }
};

/** What of a message the contract has no words for, and a schema would stumble over. */
const unneeded = ["container", "context_management", "input_transformations", "safeguard_results", "stop_details"];

const tidyRest = (of: JsonRecord, changes: Changes): void => {
  for (const key of unneeded) if (of[key] !== null) changes.set(key, undefined);
  for (const key of ["id", "model", "role", "service_tier", "stop_sequence"]) changes.keep(key, "string");
  if (!fits(of.stop_reason, "string") || of.stop_reason === "") changes.set("stop_reason", null);
};

/** The numbers have been read; the schema wants but two of them. */
const plainUsage = (usage: unknown): JsonRecord => {
  const count = (key: string): number => {
    const value = isRecord(usage) ? usage[key] : undefined;
    return typeof value === "number" && Number.isFinite(value) ? value : 0;
  };
  return { input_tokens: count("input_tokens"), output_tokens: count("output_tokens") };
};

const knownUsage = new Set(["input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"]);

const fitsUsage = (usage: unknown): boolean =>
  isRecord(usage) &&
  typeof usage.input_tokens === "number" &&
  typeof usage.output_tokens === "number" &&
  fits(usage.service_tier, "string") &&
  (usage.iterations === undefined || usage.iterations === null) &&
  (usage.output_tokens_details === undefined || usage.output_tokens_details === null) &&
  Object.entries(usage).every(([key, value]) => !knownUsage.has(key) || fits(value, "number"));

const tidyMessage = (message: JsonRecord): JsonRecord => {
  const changes = new Changes(message);
  changes.each("content", tidyBlock);
  if (!Array.isArray(message.content)) changes.set("content", []);
  if (!fitsUsage(message.usage)) changes.set("usage", plainUsage(message.usage));
  tidyRest(message, changes);
  return changes.result();
};

const deltaKinds: Readonly<Record<string, string>> = {
  input_json_delta: "partial_json",
  text_delta: "text",
  thinking_delta: "thinking",
  signature_delta: "signature",
};

const tidyDelta = (event: JsonRecord): JsonRecord | null => {
  const delta = recordAt(event, "delta");
  const kind = stringAt(delta, "type") ?? "";
  if (kind === "citations_delta") {
    const citation = tidyCitation(recordAt(delta, "citation"));
    return citation === undefined ? null : { ...event, delta: { ...delta, citation } };
  }
  const field = deltaKinds[kind];
  return field !== undefined && typeof delta?.[field] === "string" ? event : null;
};

/** Events of one stream: a block that is left out takes its deltas with it. */
const tidyEvents = (): Tidy => {
  const known = new Set<unknown>();
  return (event) => {
    switch (event.type) {
      case "message_start": {
        const message = recordAt(event, "message") ?? {};
        // What a stream begins with has no content yet.
        const begun = arrayAt(message, "content").length === 0 ? message : { ...message, content: [] };
        return changedOnly(event, { ...event, message: tidyMessage(begun) });
      }
      case "content_block_start": {
        const block = typeof event.index === "number" ? tidyBlock(event.content_block) : undefined;
        if (block === undefined) return null;
        known.add(event.index);
        return block === event.content_block ? undefined : { ...event, content_block: block };
      }
      case "content_block_delta": {
        const tidied = known.has(event.index) ? tidyDelta(event) : null;
        return tidied === event ? undefined : tidied;
      }
      case "content_block_stop":
        return known.has(event.index) ? undefined : null;
      case "message_delta": {
        const { stop_reason, stop_sequence } = recordAt(event, "delta") ?? {};
        const reason = typeof stop_reason === "string" && stop_reason !== "" ? stop_reason : null;
        const sequence = typeof stop_sequence === "string" ? stop_sequence : null;
        const delta = { stop_reason: reason, stop_sequence: sequence };
        return { type: "message_delta", delta, usage: plainUsage(event.usage) };
      }
      case "message_stop":
      case "ping":
        return undefined;
      default:
        return null;
    }
  };
};

/** A message, or the events of one. Anthropic asks its clients to ignore what they do not know. */
export const tidyAnthropic = (): Tidy => {
  const tidyEvent = tidyEvents();
  return (document) =>
    document.type === "message" ? changedOnly(document, tidyMessage(document)) : tidyEvent(document);
};
