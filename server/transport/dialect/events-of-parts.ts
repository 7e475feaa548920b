import type { FinishReason } from "../../contracts/ai/generate-text.ts";
import type { VendorStreamPart } from "../../contracts/ai-vendor.ts";
import type { Units } from "../../contracts/units.ts";
import type { TextDialect } from "./dialect.ts";
import { eachEvent } from "./each-event.ts";
import { told } from "./told.ts";
import { endedEarly } from "./without-ending.ts";

type EncodeStream = Parameters<TextDialect<{ readonly model: string }>["encodeStream"]>[0];

/** How a dialect writes parts as events; several may stand in one text. */
interface PartWriter {
  readonly part: (part: VendorStreamPart) => string;
  readonly finish: (reason: FinishReason, units: Units | null) => string;
}

/** Stream parts as a dialect's events, each a chunk of its own. What ends without its vendor's ending throws. */
export async function* eventsOfParts(
  { streaming, onWarning }: Pick<EncodeStream, "streaming" | "onWarning">,
  write: PartWriter,
): AsyncGenerator<Uint8Array, void, void> {
  for await (const part of streaming.chunks) {
    if (part.type === "stream-start") {
      for (const warning of part.warnings) onWarning(told(warning));
    } else if (part.type === "finish") {
      const { units, vendorRequestId } = streaming.meter();
      if (part.finishReason === "interrupted" || part.finishReason === "error") throw endedEarly(vendorRequestId);
      yield* eachEvent(write.finish(part.finishReason, units));
    } else yield* eachEvent(write.part(part));
  }
}
