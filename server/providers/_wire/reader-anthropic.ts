import { arrayAt, isRecord, recordAt, stringAt, type JsonRecord } from "./json.ts";
import { bytesOf, type Reader } from "./reader.ts";
import { anthropicFurtherUnits, anthropicUnits } from "./usage-anthropic.ts";

const blockBytes = (block: unknown): number => {
  if (!isRecord(block)) return 0;
  const input = isRecord(block.input) && Object.keys(block.input).length > 0 ? bytesOf(JSON.stringify(block.input)) : 0;
  return bytesOf(block.text) + bytesOf(block.thinking) + bytesOf(block.partial_json) + input;
};

/** Reads messages and their events. Usage in events is cumulative: of each field the last one told counts. */
export const anthropicReader = (): Reader => {
  let usage: JsonRecord | undefined;
  let model: string | undefined;
  let id: string | undefined;
  let deliveredBytes = 0;
  let complete = false;
  // Until its last delta a stream has told the input and a first guess of the output.
  let told = false;

  const merge = (part: JsonRecord | undefined): void => {
    if (part === undefined) return;
    const set = Object.entries(part).filter(([, value]) => value !== null && value !== undefined);
    usage = { ...usage, ...Object.fromEntries(set) };
  };
  const readMessage = (message: JsonRecord | undefined): void => {
    merge(recordAt(message, "usage"));
    model ??= stringAt(message, "model");
    id ??= stringAt(message, "id");
    for (const block of arrayAt(message, "content")) deliveredBytes += blockBytes(block);
  };

  return {
    read(document) {
      if (!isRecord(document)) return;
      if (document.type === "message") {
        readMessage(document);
        complete = true;
        told = true;
      } else if (document.type === "message_start") readMessage(recordAt(document, "message"));
      else if (document.type === "message_delta") {
        merge(recordAt(document, "usage"));
        told ||= stringAt(recordAt(document, "delta"), "stop_reason") !== undefined;
      } else if (document.type === "message_stop") complete = true;
      else if (document.type === "content_block_start") deliveredBytes += blockBytes(document.content_block);
      else if (document.type === "content_block_delta") deliveredBytes += blockBytes(document.delta);
    },
    done: () => undefined,
    reading(vendorRequestId) {
      const further = anthropicFurtherUnits(usage);
      return {
        units: usage === undefined ? null : anthropicUnits(usage),
        ...(further.length === 0 ? {} : { further }),
        rawUsage: usage,
        responseModel: model,
        vendorRequestId: vendorRequestId ?? id,
        deliveredBytes,
        final: told && usage !== undefined,
        complete,
      };
    },
  };
};
