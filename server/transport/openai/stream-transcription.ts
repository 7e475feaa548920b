import type { AiVendor, ProviderIo } from "../../contracts/ai-vendor.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { Streaming } from "../../contracts/vendor-call.ts";
import { aiStream, type AiRequest } from "../../families/ai/index.ts";
import { stream } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { Reply } from "../../gateway/reply.ts";
import { sseReply } from "../dialect/sse-reply.ts";
import { decodeWireAnswer, encodeWireAnswer, type WireAnswer } from "../dialect/wire-answer.ts";
import { withoutEnding } from "../dialect/without-ending.ts";
import type { DoorReply } from "../door-request.ts";
import { lastEventEnding } from "./last-event.ts";
import { nativeTranscriptionForm, transcriptionAnswer, type AskedTranscription } from "./transcription-answer.ts";

/** A model that does not stream says all of it: of whisper-1 OpenAI ignores `stream`, and so is done for any other. */
type Streamed = DoorReply | { readonly whole: Pick<Reply<WireAnswer>, "result" | "facts" | "replayed" | "allowance"> };

/** Events of this dialect, where the vendor's model writes them. */
const eventsOf = async (
  asked: AskedTranscription,
  vendor: AiVendor,
  io: ProviderIo,
): Promise<Streaming<Uint8Array> | undefined> => {
  const { response_format: format } = asked.form.asked;
  const native = vendor.native["openai.transcriptions"];
  if (native?.stream === undefined || native.streams?.(io.model) === false) return undefined;
  // Events say the same of both; with times there are none.
  if (format !== "json" && format !== "text") return undefined;
  const streaming = await native.stream(nativeTranscriptionForm(asked, io.model, "json"), io);
  // The ending has the transcript in it.
  return withoutEnding(streaming, () => false);
};

const wholeOf = async (asked: AskedTranscription, vendor: AiVendor, io: ProviderIo): Promise<Streaming<Uint8Array>> => {
  const { result, ...metered } = await transcriptionAnswer(asked, vendor, io);
  const { byteLength: deliveredBytes } = result.body;
  async function* once(): AsyncGenerator<Uint8Array> {
    yield encodeWireAnswer({ ...result, warnings: [...result.warnings, "stream"] });
  }
  return { chunks: once(), meter: () => ({ ...metered, deliveredBytes, complete: true }) };
};

const events = 0;
const whole = 1;

/** The transcript as it is written down, with its usage in the last event. */
export const streamTranscription = async (
  gateway: Gateway,
  metered: AiRequest,
  asked: AskedTranscription,
  ctx: CallContext,
): Promise<Streamed> => {
  /** How the route that answers does so, which a kept answer says of itself. */
  let kind = events;
  const reply = await stream(
    gateway,
    aiStream<Uint8Array>(metered, {
      // Of a long recording nothing is said until it has been heard, whether or not the model streams.
      quiet: true,
      async open(vendor, io) {
        const streaming = await eventsOf(asked, vendor, io);
        kind = streaming === undefined ? whole : events;
        return streaming ?? (await wholeOf(asked, vendor, io));
      },
      encodeChunk: (bytes) => Buffer.concat([Buffer.from([kind]), bytes]),
      decodeChunk(kept) {
        kind = kept[0] === whole ? whole : events;
        return kept.subarray(1);
      },
    }),
    ctx,
  );
  const { chunks, replayed, allowance } = reply;
  if (kind === whole) {
    const pieces: Uint8Array[] = [];
    for await (const chunk of chunks) pieces.push(chunk);
    const { facts } = await reply.end;
    return { whole: { result: decodeWireAnswer(Buffer.concat(pieces)), facts, replayed, allowance } };
  }
  const { requestId } = ctx;
  return sseReply(gateway, { reply, ending: lastEventEnding("transcript.text.done", requestId), requestId });
};
