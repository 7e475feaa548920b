import { arrayAt, isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { mergeUsage } from "../../_wire/merge-usage.ts";
import { bytesOf, type Reader } from "../../_wire/reader.ts";
import { readCohereEmbeddingUsage, readCohereUsage } from "./read-cohere-usage.ts";

const callBytes = (call: unknown): number => {
  const named = recordAt(call, "function");
  return bytesOf(stringAt(named, "name")) + bytesOf(stringAt(named, "arguments"));
};

const contentBytes = (content: unknown): number =>
  bytesOf(stringAt(content, "text")) + bytesOf(stringAt(content, "thinking"));

/** Bytes of a message, or of a piece of one in a stream, where a list's member stands alone. */
const messageBytes = (message: JsonRecord | undefined): number => {
  const contents = isRecord(message?.content) ? [message.content] : arrayAt(message, "content");
  const calls = isRecord(message?.tool_calls) ? [message.tool_calls] : arrayAt(message, "tool_calls");
  let bytes = bytesOf(stringAt(message, "tool_plan"));
  for (const content of contents) bytes += contentBytes(content);
  for (const call of calls) bytes += callBytes(call);
  return bytes;
};

/** Reads chats, whole and as a stream of events; usage comes with the ending. */
export const cohereReader = (): Reader => {
  let rawUsage: JsonRecord | undefined;
  let id: string | undefined;
  let deliveredBytes = 0;
  let complete = false;
  let begun = false;
  return {
    read(document) {
      if (!isRecord(document)) return;
      const part = recordAt(document, "delta") ?? document;
      const usage = recordAt(part, "usage");
      if (usage !== undefined) rawUsage = mergeUsage(rawUsage ?? {}, usage);
      id ??= wordAt(document, "id") ?? wordAt(document, "generation_id");
      deliveredBytes += messageBytes(recordAt(part, "message"));
      complete ||= wordAt(part, "finish_reason") !== undefined;
      begun ||= complete || deliveredBytes > 0 || rawUsage !== undefined;
    },
    done() {
      complete = true;
    },
    begun: () => begun,
    reading(vendorRequestId) {
      const { units, whole, notes } = readCohereUsage(rawUsage);
      return {
        units,
        final: complete && whole,
        ...(rawUsage === undefined || notes.length === 0 ? {} : { notes }),
        rawUsage,
        // An answer does not say which model it is of.
        responseModel: undefined,
        vendorRequestId: vendorRequestId ?? id,
        deliveredBytes,
        complete,
      };
    },
  };
};

/** Reads embeddings. */
export const cohereEmbeddingReader = (): Reader => {
  let meta: JsonRecord | undefined;
  let id: string | undefined;
  let complete = false;
  return {
    read(document) {
      complete ||= arrayAt(recordAt(document, "embeddings"), "float").length > 0;
      meta = recordAt(document, "meta") ?? meta;
      id ??= wordAt(document, "id");
    },
    done: () => undefined,
    begun: () => complete,
    reading(vendorRequestId) {
      const { units, whole, notes } = readCohereEmbeddingUsage(meta);
      return {
        units,
        final: whole,
        ...(notes.length === 0 ? {} : { notes }),
        rawUsage: meta,
        responseModel: undefined,
        vendorRequestId: vendorRequestId ?? id,
        deliveredBytes: 0,
        complete,
      };
    },
  };
};
