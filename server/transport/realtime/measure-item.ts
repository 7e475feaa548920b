import type { RealtimeItem, RealtimeResponse } from "../../contracts/ai/realtime.ts";
import type { VendorBounds } from "../../contracts/vendor-bounds.ts";
import { NexusError } from "../../errors.ts";
import { measureMedia } from "../../platform/media/index.ts";
import { dataUrlOf } from "../dialect/data-url.ts";
import { noParts, plusParts, type PartTokens } from "./conversation-size.ts";

export interface MeasureItem {
  readonly bounds: VendorBounds;
  readonly model: string;
  readonly organizationId: string;
  readonly bytesPerMs: number;
}

/** Bytes that a Base64 text stands for, its padding aside: moments of a long session are found by their sum. */
export const decodedLength = (base64: string): number => Buffer.byteLength(base64, "base64");

const imageTokens = async (url: string, field: string, options: MeasureItem): Promise<number> => {
  const { bounds, model, organizationId } = options;
  const data = dataUrlOf(url)?.data;
  const [readings] = await measureMedia([{ kind: "image", field, data }], organizationId);
  let most = 0;
  for (const reading of readings ?? []) {
    const tokens = bounds.medium(reading, model);
    if (tokens === undefined || tokens === "refused")
      throw new NexusError("INVALID_INPUT", { issues: [{ field, expected: "an image, such as a PNG or a JPEG" }] });
    most = Math.max(
      most,
      tokens.reduce((sum, one) => sum + one.tokens, 0),
    );
  }
  return most;
};

/** The most that an item of a conversation can be, in tokens. */
export const measureItem = async (item: RealtimeItem, field: string, options: MeasureItem): Promise<PartTokens> => {
  if (item.type !== "message") return { text: Buffer.byteLength(JSON.stringify(item)), audio: 0, image: 0 };
  let [text, audio, image] = [0, 0, 0];
  for (const [at, part] of item.content.entries()) {
    switch (part.type) {
      case "input_image":
        image += await imageTokens(part.image_url, `${field}.content.${at}.image_url`, options);
        break;
      case "input_audio":
      case "output_audio": {
        const ms = decodedLength(part.audio ?? "") / options.bytesPerMs;
        audio += Math.ceil(ms / (part.type === "input_audio" ? 100 : 50));
        text += Buffer.byteLength(part.transcript ?? "");
        break;
      }
      default:
        text += Buffer.byteLength(part.text);
    }
  }
  return { text, audio, image };
};

const repeated = (field: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected: "each item once" }] });

/** What a response brings of its own, beside the conversation. */
export const measureOwn = async ({ input = [] }: RealtimeResponse, options: MeasureItem): Promise<PartTokens> => {
  let own = noParts;
  const referred = new Set<string>();
  for (const [at, item] of input.entries()) {
    if (item.type !== "item_reference") {
      own = plusParts(own, await measureItem(item, `response.input.${at}`, options));
      continue;
    }
    // All that can be referred to is counted already: once.
    if (referred.has(item.id)) throw repeated(`response.input.${at}.id`);
    referred.add(item.id);
  }
  return own;
};
