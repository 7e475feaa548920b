import { arrayAt, isRecord, recordAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { mergeUsage } from "../../_wire/merge-usage.ts";
import { bytesOf, type Reader } from "../../_wire/reader.ts";
import { anthropicFurtherUnits, readAnthropicUsage } from "./read-anthropic-usage.ts";

const blockBytes = (block: unknown): number => {
  if (!isRecord(block)) return 0;
  const input = isRecord(block.input) && Object.keys(block.input).length > 0 ? bytesOf(JSON.stringify(block.input)) : 0;
  return bytesOf(block.text) + bytesOf(block.thinking) + bytesOf(block.partial_json) + input;
};

/** Reads messages and their events. Usage in events is cumulative: the largest of each number counts. */
export const anthropicReader = (): Reader => {
  let usage: JsonRecord | undefined;
  let model: string | undefined;
  let id: string | undefined;
  let deliveredBytes = 0;
  let complete = false;
  // Until its last delta a stream has reported the input and a first estimate of the output.
  let told = false;
  let begun = false;

  const merge = (part: JsonRecord | undefined): void => {
    if (part !== undefined) usage = mergeUsage(usage ?? {}, part);
  };
  const readMessage = (message: JsonRecord | undefined): void => {
    merge(recordAt(message, "usage"));
    model ??= wordAt(message, "model");
    id ??= wordAt(message, "id");
    for (const block of arrayAt(message, "content")) deliveredBytes += blockBytes(block);
  };

  return {
    read(document) {
      if (!isRecord(document) || document.type === "ping") return;
      if (document.type === "message") {
        readMessage(document);
        complete = true;
        told = true;
      } else if (document.type === "message_start") readMessage(recordAt(document, "message"));
      else merge(recordAt(document, "usage"));
      if (document.type === "message_delta") {
        told ||= wordAt(recordAt(document, "delta"), "stop_reason") !== undefined;
      } else if (document.type === "message_stop") complete = true;
      else if (document.type === "content_block_start") deliveredBytes += blockBytes(document.content_block);
      else if (document.type === "content_block_delta") deliveredBytes += blockBytes(document.delta);
      begun ||= usage !== undefined || document.type !== "message_start";
    },
    done() {
      complete = true;
      told = true;
    },
    begun: () => begun,
    reading(vendorRequestId) {
      const further = anthropicFurtherUnits(usage);
      const { units, whole, notes } = readAnthropicUsage(usage);
      const tier = wordAt(usage, "service_tier")?.toLowerCase();
      return {
        units,
        final: told && whole,
        ...(usage === undefined || notes.length === 0 ? {} : { notes }),
        ...(tier === undefined ? {} : { serviceTier: tier }),
        ...(further.length === 0 ? {} : { further }),
        rawUsage: usage,
        responseModel: model,
        vendorRequestId: vendorRequestId ?? id,
        deliveredBytes,
        complete,
      };
    },
  };
};
