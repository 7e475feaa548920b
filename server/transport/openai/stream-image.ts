import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { mostImageEventBytes } from "../../contracts/image-stream.ts";
import type { Streaming } from "../../contracts/vendor-call.ts";
import { aiStream, type AiRequest } from "../../families/ai/index.ts";
import { stream } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { sseReply } from "../dialect/sse-reply.ts";
import { decodeWireAnswer, encodeWireAnswer } from "../dialect/wire-answer.ts";
import { withoutEnding } from "../dialect/without-ending.ts";
import type { DoorReply } from "../door-request.ts";
import { encodeCompletedImage } from "./encode-images.ts";
import { nativeImagesRequest, translatedImages, type AskedImages } from "./image-answer.ts";
import { lastEventEnding } from "./last-event.ts";

interface AskedStream extends AskedImages {
  readonly previews: number;
}

interface Drawn {
  readonly streaming: Streaming<Uint8Array>;
  /** Settings that were not carried out as asked. */
  readonly lost: readonly string[];
}

/** https://platform.openai.com/docs/api-reference/images-streaming */
const completedType = ({ path }: AskedImages): string =>
  path === "/images/edits" ? "image_edit.completed" : "image_generation.completed";

/** A vendor of another dialect shows nothing beforehand, as OpenAI itself need not: one event with the image. */
const translated = async (asked: AskedStream, vendor: AiVendor, io: ProviderIo, createdMs: number): Promise<Drawn> => {
  const answered = await translatedImages(asked, vendor, io);
  const { result, ...metered } = answered;
  const event = encodeCompletedImage(completedType(asked), answered, asked.input, createdMs);
  async function* once(): AsyncGenerator<Uint8Array> {
    yield event;
  }
  return {
    streaming: { chunks: once(), meter: () => ({ ...metered, deliveredBytes: event.byteLength, complete: true }) },
    lost: result.lost,
  };
};

const draw = async (asked: AskedStream, vendor: AiVendor, io: ProviderIo, createdMs: number): Promise<Drawn> => {
  const native = vendor.native["openai.images"]?.stream;
  if (native === undefined) return translated(asked, vendor, io, createdMs);
  const streaming = await native(nativeImagesRequest(asked, io.model), io);
  // The ending has the image in it.
  return { streaming: withoutEnding(streaming, () => false), lost: [] };
};

/** An image as it is drawn: unfinished ones, and the image with its usage in the last event. */
export const streamImage = async (
  gateway: Gateway,
  metered: AiRequest,
  asked: AskedStream,
  ctx: CallContext,
): Promise<DoorReply> => {
  /** Of the route that answers; a kept answer says it of itself. */
  let warnings: readonly string[] = [];
  const reply = await stream(
    gateway,
    aiStream<Uint8Array>(metered, {
      quiet: true,
      mostAnswerBytes: (asked.previews + 1) * mostImageEventBytes,
      async open(vendor, io) {
        const { streaming, lost } = await draw(asked, vendor, io, gateway.clock.now());
        warnings = lost;
        return streaming;
      },
      encodeChunk: (body) => encodeWireAnswer({ body, warnings }),
      decodeChunk(kept) {
        const event = decodeWireAnswer(kept);
        warnings = event.warnings;
        return event.body;
      },
    }),
    ctx,
  );
  const { requestId } = ctx;
  return sseReply(gateway, { reply, ending: lastEventEnding(completedType(asked), requestId), requestId, warnings });
};
