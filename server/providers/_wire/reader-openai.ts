import type { Units } from "../../contracts/units.ts";
import { arrayAt, isRecord, recordAt, stringAt } from "./json.ts";
import { bytesOf, type Reader } from "./reader.ts";
import { openAiChatUnits, openAiEmbeddingUnits } from "./usage-openai-chat.ts";

/** Bytes of generated content in a chat choice's `message` or `delta`. */
const contentBytes = (message: unknown): number => {
  if (!isRecord(message)) return 0;
  // Vendors name the same reasoning twice; it counts once.
  const reasoning = bytesOf(message.reasoning_content) || bytesOf(message.reasoning);
  const tools = arrayAt(message, "tool_calls").reduce<number>((total, call) => {
    const called = recordAt(call, "function");
    return total + bytesOf(called?.name) + bytesOf(called?.arguments);
  }, 0);
  return bytesOf(message.content) + bytesOf(message.refusal) + reasoning + tools;
};

interface ReaderOptions {
  readonly unitsOf: (usage: unknown) => Units | null;
}

const openAiReader = ({ unitsOf }: ReaderOptions): Reader => {
  let rawUsage: unknown;
  let model: string | undefined;
  let id: string | undefined;
  let deliveredBytes = 0;
  let complete = false;
  return {
    read(document) {
      if (!isRecord(document)) return;
      if (isRecord(document.usage)) rawUsage = document.usage;
      model ??= stringAt(document, "model");
      id ??= stringAt(document, "id");
      if (Array.isArray(document.data)) complete = true;
      for (const choice of arrayAt(document, "choices")) {
        deliveredBytes += contentBytes(recordAt(choice, "delta") ?? recordAt(choice, "message"));
        if (stringAt(choice, "finish_reason") !== undefined) complete = true;
      }
    },
    done() {
      complete = true;
    },
    reading: (vendorRequestId) => ({
      units: rawUsage === undefined ? null : unitsOf(rawUsage),
      rawUsage,
      responseModel: model,
      vendorRequestId: vendorRequestId ?? id,
      deliveredBytes,
      // Some servers count along in every chunk; the count of the ending is the bill.
      final: complete && rawUsage !== undefined,
      complete,
    }),
  };
};

export const openAiChatReader = (): Reader => openAiReader({ unitsOf: openAiChatUnits });
export const openAiEmbeddingReader = (): Reader => openAiReader({ unitsOf: openAiEmbeddingUnits });
