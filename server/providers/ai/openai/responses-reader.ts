import { arrayAt, isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { mergeUsage } from "../../_wire/merge-usage.ts";
import { bytesOf, type Reader } from "../../_wire/reader.ts";
import type { Units } from "../../../contracts/units.ts";
import { readResponsesUsage } from "./read-responses-usage.ts";
import { searchBlockTokens } from "./search-bound.ts";

/** The events after which a stream says nothing more. */
const endings: ReadonlySet<unknown> = new Set(["response.completed", "response.incomplete", "response.failed"]);

/** Whether a document is the last one of a responses stream. */
export const endsResponse = (document: unknown): boolean => isRecord(document) && endings.has(document.type);

/** Bytes that the model made of an item: words, arguments, what is shown of its thinking. */
const itemBytes = (item: unknown): number => {
  const said = arrayAt(item, "content").reduce<number>(
    (total, part) => total + bytesOf(stringAt(part, "text")) + bytesOf(stringAt(part, "refusal")),
    0,
  );
  const shown = arrayAt(item, "summary").reduce<number>((total, part) => total + bytesOf(stringAt(part, "text")), 0);
  return (
    said +
    shown +
    bytesOf(stringAt(item, "name")) +
    bytesOf(stringAt(item, "arguments")) +
    bytesOf(stringAt(item, "input"))
  );
};

const isSearch = (item: unknown): boolean =>
  stringAt(item, "type") === "web_search_call" &&
  (stringAt(recordAt(item, "action"), "type") ?? "search") === "search" &&
  stringAt(item, "status") !== "failed";

/** The fee of searches, which are told by their items alone, and what is billed of them beside what was counted. */
const withSearches = (units: Units | null, searches: number, model: string | undefined): Units | null => {
  if (units === null || searches === 0) return units;
  const block = searches * searchBlockTokens(model ?? "");
  return { ...units, ...(block === 0 ? {} : { input: (units.input ?? 0) + block }), search: searches };
};

const begins = /^response\.(created|queued|in_progress)$/;

/** Reads responses and the events of their streams; the response at a stream's end repeats what its deltas said. */
export const responsesReader = (): Reader => {
  let usage: JsonRecord | undefined;
  let model: string | undefined;
  let id: string | undefined;
  let tier: string | undefined;
  let deliveredBytes = 0;
  let searches = 0;
  let complete = false;
  let begun = false;

  const readResponse = (response: JsonRecord | undefined): void => {
    const told = recordAt(response, "usage");
    if (told !== undefined) usage = mergeUsage(usage ?? {}, told);
    model ??= wordAt(response, "model");
    id ??= wordAt(response, "id");
    tier = wordAt(response, "service_tier") ?? tier;
  };
  const readWhole = (response: JsonRecord | undefined): void => {
    readResponse(response);
    searches = Math.max(searches, arrayAt(response, "output").filter(isSearch).length);
    const whole = arrayAt(response, "output").reduce<number>((total, item) => total + itemBytes(item), 0);
    deliveredBytes = Math.max(deliveredBytes, whole);
    complete = true;
    begun = true;
  };

  return {
    read(document) {
      if (!isRecord(document)) return;
      if (document.object === "response") return readWhole(document);
      const { type } = document;
      // Found in an answer that could not be read otherwise.
      if (type === undefined) return readResponse(document);
      if (endsResponse(document)) return readWhole(recordAt(document, "response"));
      if (typeof type === "string" && begins.test(type)) return readResponse(recordAt(document, "response"));
      begun = true;
      if (type === "response.output_item.added") deliveredBytes += bytesOf(stringAt(document.item, "name"));
      if (type === "response.output_item.done" && isSearch(document.item)) searches += 1;
      if (typeof type === "string" && type.endsWith(".delta")) deliveredBytes += bytesOf(document.delta);
    },
    done() {
      complete = true;
      begun = true;
    },
    begun: () => begun,
    reading(vendorRequestId) {
      const { units, whole, notes } = readResponsesUsage(usage);
      return {
        units: withSearches(units, searches, model),
        final: complete && whole,
        ...(usage === undefined || notes.length === 0 ? {} : { notes }),
        ...(tier === undefined || tier === "auto" ? {} : { serviceTier: tier.toLowerCase() }),
        rawUsage: usage,
        responseModel: model,
        vendorRequestId: vendorRequestId ?? id,
        deliveredBytes,
        complete,
      };
    },
  };
};
