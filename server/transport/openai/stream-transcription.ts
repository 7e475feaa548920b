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

interface Whole {
  readonly answer: WireAnswer;
  readonly streaming: Streaming<Uint8Array>;
}

const wholeOf = async (asked: AskedTranscription, vendor: AiVendor, io: ProviderIo): Promise<Whole> => {
  const { result, ...metered } = await transcriptionAnswer(asked, vendor, io);
  const { byteLength: deliveredBytes } = result.body;
  const answer = { ...result, warnings: [...result.warnings, "stream"] };
  async function* once(): AsyncGenerator<Uint8Array> {
    yield encodeWireAnswer(answer);
  }
  return { answer, streaming: { chunks: once(), meter: () => ({ ...metered, deliveredBytes, complete: true }) } };
};

const events = Buffer.from([0]);
const whole = Buffer.from([1]);

/** The transcript as it is written down, with its usage in the last event. */
export const streamTranscription = async (
  gateway: Gateway,
  metered: AiRequest,
  asked: AskedTranscription,
  ctx: CallContext,
): Promise<Streamed> => {
  /** Of a route that says all of it at once; a kept answer says of itself what it is. */
  let answer: WireAnswer | undefined;
  const reply = await stream(
    gateway,
    aiStream<Uint8Array>(metered, {
      // Of a long recording nothing is said until it has been heard, whether or not the model streams.
      quiet: true,
      async open(vendor, io) {
        answer = undefined;
        const streaming = await eventsOf(asked, vendor, io);
        if (streaming !== undefined) return streaming;
        const said = await wholeOf(asked, vendor, io);
        ({ answer } = said);
        return said.streaming;
      },
      encodeChunk: (bytes) => Buffer.concat([answer === undefined ? events : whole, bytes]),
      decodeChunk(kept) {
        const bytes = kept.subarray(1);
        answer = kept[0] === whole[0] ? decodeWireAnswer(bytes) : undefined;
        return bytes;
      },
    }),
    ctx,
  );
  const { chunks, replayed, allowance } = reply;
  if (answer !== undefined) {
    // It is here already: of a caller who has left, somebody else reads the chunks.
    let next = await chunks.next();
    while (next.done !== true) next = await chunks.next();
    const { facts } = await reply.end;
    return { whole: { result: answer, facts, replayed, allowance } };
  }
  const { requestId } = ctx;
  return sseReply(gateway, { reply, ending: lastEventEnding("transcript.text.done", requestId), requestId });
};
