import { arrayAt, isRecord, recordAt, stringAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { mergeUsage } from "../../_wire/merge-usage.ts";
import { bytesOf, type Reader } from "../../_wire/reader.ts";
import { readBedrockUsage } from "./read-bedrock-usage.ts";

const reasoningBytes = (content: unknown): number =>
  bytesOf(stringAt(content, "text")) + bytesOf(stringAt(recordAt(content, "reasoningText"), "text"));

const inputBytes = (input: unknown): number =>
  typeof input === "string" ? bytesOf(input) : isRecord(input) ? bytesOf(JSON.stringify(input)) : 0;

/** Bytes of a block of an answer, or of a piece of one: they name their members alike. */
const blockBytes = (block: unknown): number => {
  const tool = recordAt(block, "toolUse");
  return (
    bytesOf(stringAt(block, "text")) +
    reasoningBytes(recordAt(block, "reasoningContent")) +
    bytesOf(stringAt(tool, "name")) +
    inputBytes(tool?.input)
  );
};

/** Reads Converse and ConverseStream, whose events stand under their names; usage comes last, behind the ending. */
export const bedrockReader = (): Reader => {
  let rawUsage: JsonRecord | undefined;
  let tier: string | undefined;
  let deliveredBytes = 0;
  let complete = false;
  let begun = false;
  return {
    read(document) {
      if (!isRecord(document)) return;
      const metadata = recordAt(document, "metadata") ?? document;
      const usage = recordAt(metadata, "usage");
      if (usage !== undefined) rawUsage = mergeUsage(rawUsage ?? {}, usage);
      tier = wordAt(recordAt(metadata, "serviceTier"), "type") ?? tier;
      const content = arrayAt(recordAt(recordAt(document, "output"), "message"), "content");
      for (const block of content) deliveredBytes += blockBytes(block);
      deliveredBytes += blockBytes(recordAt(recordAt(document, "contentBlockStart"), "start"));
      deliveredBytes += blockBytes(recordAt(recordAt(document, "contentBlockDelta"), "delta"));
      const ending = recordAt(document, "messageStop") ?? document;
      complete ||= wordAt(ending, "stopReason") !== undefined;
      begun ||= complete || deliveredBytes > 0 || rawUsage !== undefined;
    },
    done() {
      complete = true;
    },
    begun: () => begun,
    reading(vendorRequestId) {
      const { units, whole, notes } = readBedrockUsage(rawUsage);
      return {
        units,
        final: complete && whole,
        ...(rawUsage === undefined || notes.length === 0 ? {} : { notes }),
        ...(tier === undefined ? {} : { serviceTier: tier.toLowerCase() }),
        rawUsage,
        // Converse does not say which model answered.
        responseModel: undefined,
        vendorRequestId,
        deliveredBytes,
        complete,
      };
    },
  };
};
