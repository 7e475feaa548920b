import { arrayAt, isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { mergeUsage } from "../../_wire/merge-usage.ts";
import { bytesOf, type Reader } from "../../_wire/reader.ts";
import { readOpenAiChatUsage, readOpenAiEmbeddingUsage } from "./read-openai-chat-usage.ts";
import type { ReasoningPlace, UsageReading } from "../../_wire/usage-reading.ts";
import { usdNanos } from "../../_wire/usd-nanos.ts";

/** Text of a `content` that is a string, or a list of parts as some servers write it. */
const textBytes = (content: unknown): number =>
  Array.isArray(content)
    ? content.reduce<number>((total, part: unknown) => total + bytesOf(stringAt(part, "text")), 0)
    : bytesOf(content);

const callBytes = (call: unknown): number => {
  const called = recordAt(call, "function");
  const custom = recordAt(call, "custom");
  return bytesOf(called?.name) + bytesOf(called?.arguments) + bytesOf(custom?.name) + bytesOf(custom?.input);
};

/** Bytes of generated content in a chat choice's `message` or `delta`. */
const contentBytes = (message: unknown): number => {
  if (!isRecord(message)) return 0;
  // Vendors name the same reasoning twice; it counts once.
  const reasoning = bytesOf(message.reasoning_content) || bytesOf(message.reasoning);
  const tools = arrayAt(message, "tool_calls").reduce<number>((total, call) => total + callBytes(call), 0);
  const called = callBytes({ function: message.function_call });
  const said = bytesOf(recordAt(message, "audio")?.transcript);
  return textBytes(message.content) + said + bytesOf(message.refusal) + reasoning + tools + called;
};

const isEmpty = (value: unknown): boolean =>
  value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** A first chunk often says no more than who speaks. */
const saysSomething = (message: unknown): boolean =>
  isRecord(message) && Object.entries(message).some(([key, value]) => key !== "role" && !isEmpty(value));

/** xAI counts its charge in ten-thousand-millionths of a dollar: https://docs.x.ai/developers/rest-api-reference/inference */
const ofTicks = (ticks: unknown): bigint | undefined =>
  typeof ticks === "number" ? usdNanos(`${ticks}e-10`) : undefined;

/** The charge: xAI's, or OpenRouter's own, and with a key of the caller's upstream what that upstream takes. */
const chargeOf = (usage: unknown): bigint | undefined => {
  if (!isRecord(usage)) return undefined;
  if (!isEmpty(usage.cost_in_usd_ticks)) return ofTicks(usage.cost_in_usd_ticks);
  const own = usdNanos(usage.cost);
  const upstream = usdNanos(recordAt(usage, "cost_details")?.upstream_inference_cost);
  if (own === undefined || upstream === undefined || usage.is_byok === false) return own;
  // Without the caller's own key the upstream's cost is the charge once more.
  return usage.is_byok === true || upstream !== own ? own + upstream : own;
};

export interface OpenAiReaderOptions {
  readonly reasoningPlace?: ReasoningPlace;
  /** `usage.cost`, or `usage.cost_in_usd_ticks`, is what the vendor charges. */
  readonly tellsCost?: boolean;
  /** How many answers were asked for: the ending of one is not that of the others. */
  readonly choices?: number;
}

const openAiReader = (
  readUsage: (usage: JsonRecord) => UsageReading,
  { tellsCost = false, choices = 1 }: OpenAiReaderOptions,
): Reader => {
  let rawUsage: JsonRecord | undefined;
  /** Of `rawUsage`, until more is reported. */
  let understood: UsageReading | undefined;
  let model: string | undefined;
  let id: string | undefined;
  let tier: string | undefined;
  let deliveredBytes = 0;
  let complete = false;
  let begun = false;
  const endedChoices = new Set<unknown>();

  const take = (usage: JsonRecord | undefined): void => {
    if (usage === undefined) return;
    rawUsage = mergeUsage(rawUsage ?? {}, usage);
    understood = undefined;
    begun = true;
  };

  return {
    read(document) {
      if (!isRecord(document)) return;
      take(recordAt(document, "usage"));
      // Groq's and Moonshot's places.
      take(recordAt(recordAt(document, "x_groq"), "usage"));
      model ??= wordAt(document, "model");
      id ??= wordAt(document, "id");
      tier = wordAt(document, "service_tier") ?? wordAt(rawUsage, "service_tier") ?? tier;
      if (Array.isArray(document.data)) complete = true;
      for (const choice of arrayAt(document, "choices")) {
        take(recordAt(choice, "usage"));
        const message = recordAt(choice, "delta") ?? recordAt(choice, "message");
        deliveredBytes += contentBytes(message);
        const ended = wordAt(choice, "finish_reason") !== undefined;
        if (ended) endedChoices.add((isRecord(choice) ? choice.index : undefined) ?? 0);
        begun ||= ended || saysSomething(message);
      }
      complete ||= endedChoices.size >= choices;
      begun ||= complete;
    },
    done() {
      complete = true;
      begun = true;
    },
    begun: () => begun,
    reading(vendorRequestId) {
      understood ??= rawUsage === undefined ? nothingTold : readUsage(rawUsage);
      const { units, whole, notes } = understood;
      const charge = tellsCost ? chargeOf(rawUsage) : undefined;
      const told = [rawUsage?.cost, rawUsage?.cost_in_usd_ticks];
      const unusableCost = tellsCost && charge === undefined && !told.every(isEmpty);
      const odd = unusableCost ? [...notes, "unusable_cost" as const] : notes;
      return {
        units,
        // Some servers count along in every chunk; the count of the ending is the bill.
        final: complete && whole,
        ...(odd.length === 0 ? {} : { notes: odd }),
        ...(tier === undefined ? {} : { serviceTier: tier.toLowerCase() }),
        ...(charge === undefined ? {} : { vendorCostNanos: charge }),
        rawUsage,
        responseModel: model,
        vendorRequestId: vendorRequestId ?? id,
        deliveredBytes,
        complete,
      };
    },
  };
};

const nothingTold: UsageReading = { units: null, whole: false, notes: [] };

/** Reads chat completions and their chunks; of usage reported more than once the largest numbers count. */
export const openAiChatReader = (options: OpenAiReaderOptions = {}): Reader => {
  const { reasoningPlace } = options;
  return openAiReader(
    (usage) => readOpenAiChatUsage(usage, reasoningPlace === undefined ? {} : { reasoningPlace }),
    options,
  );
};

/** Reads answers of embedding models. */
export const openAiEmbeddingReader = (options: OpenAiReaderOptions = {}): Reader =>
  openAiReader(readOpenAiEmbeddingUsage, options);
