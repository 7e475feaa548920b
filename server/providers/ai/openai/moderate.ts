import type { ModerateInput } from "../../../contracts/ai/moderate.ts";
import type { AiVendor, ProviderIo } from "../../../contracts/ai-vendor.ts";
import type { Dialect } from "../../_wire/dialect.ts";
import { arrayAt, isRecord, recordAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { meteredOf, type Reader } from "../../_wire/reader.ts";
import { openTap } from "../../_wire/tap.ts";
import { failure } from "../../_wire/vendor-failure.ts";
import { chatErrors } from "../_openai-chat/chat-errors.ts";

/** The one result: what is sent is judged together, and no verdict may get lost. */
const resultIn = (document: unknown): JsonRecord | undefined => {
  const [result, ...others] = arrayAt(document, "results");
  return others.length === 0 && isRecord(result) && typeof result["flagged"] === "boolean" ? result : undefined;
};

/** Whether every result has a verdict; a list of texts is answered by one for each. */
const isAnswered = (document: unknown): boolean => {
  const results = arrayAt(document, "results");
  return results.length > 0 && results.every((result) => isRecord(result) && typeof result["flagged"] === "boolean");
};

/** Reads answers of the moderation endpoint, which tells no tokens: an answered request is all that there is to meter. */
const moderationReader = (): Reader => {
  let model: string | undefined;
  let id: string | undefined;
  let answered = false;
  return {
    read(document) {
      model ??= wordAt(document, "model");
      id ??= wordAt(document, "id");
      answered ||= isAnswered(document);
    },
    done: () => undefined,
    begun: () => answered,
    reading: (vendorRequestId) => ({
      units: answered ? { request: 1 } : null,
      final: answered,
      rawUsage: undefined,
      responseModel: model,
      vendorRequestId: vendorRequestId ?? id,
      deliveredBytes: 0,
      complete: answered,
    }),
  };
};

/** POST /moderations. */
export const moderationDialect: Dialect = {
  reader: moderationReader,
  errors: chatErrors,
  enforceLimits: (body, io) => ({ ...body, model: io.model }),
};

/** https://platform.openai.com/docs/api-reference/moderations/create#moderations-create-input */
const inputOf = (content: ModerateInput["content"]): unknown =>
  typeof content === "string"
    ? content
    : content.map((part) =>
        part.type === "text"
          ? { type: "text", text: part.text }
          : {
              type: "image_url",
              image_url: { url: part.url ?? `data:${part.mediaType};base64,${part.data ?? ""}` },
            },
      );

/** The members of an object that are of one kind; older models answer null for categories that they do not know. */
const membersOf = <T>(record: JsonRecord | undefined, is: (value: unknown) => value is T): Record<string, T> =>
  Object.fromEntries(
    Object.entries(record ?? {}).flatMap(([name, value]): [string, T][] => (is(value) ? [[name, value]] : [])),
  );
const isFlag = (value: unknown): value is boolean => typeof value === "boolean";
const isScore = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);

/** `moderate` over POST /moderations. */
export const moderateWith =
  (headers: (io: ProviderIo) => Readonly<Record<string, string>>): NonNullable<AiVendor["moderate"]> =>
  async ({ content }, io) => {
    const tap = openTap(moderationDialect, io);
    const { document } = await tap.answer({
      method: "POST",
      path: "/moderations",
      headers: { ...headers(io), "content-type": "application/json" },
      body: JSON.stringify(moderationDialect.enforceLimits({ input: inputOf(content) }, io)),
    });
    const result = resultIn(document);
    if (result === undefined)
      throw failure({ kind: "unknown", doubt: "unreadable", code: "PROVIDER_BAD_RESPONSE", about: "route" });
    return {
      ...meteredOf(tap.reading()),
      result: {
        flagged: result["flagged"] === true,
        categories: membersOf(recordAt(result, "categories"), isFlag),
        scores: membersOf(recordAt(result, "category_scores"), isScore),
      },
    };
  };
