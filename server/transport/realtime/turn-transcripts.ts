import type { RealtimeTranscription } from "../../contracts/ai/realtime.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { transcribeRequest } from "../../families/ai/index.ts";
import { mayAsk, routesOf } from "../../gateway/authorize-and-reserve.ts";
import { call } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { transcriptUsage } from "../openai/index.ts";
import { jsonObjectOf, type RealtimeEvent } from "./json-events.ts";
import type { SessionOutbox } from "./session-outbox.ts";
import { waveFile, type BufferFormat } from "./wave-file.ts";

interface TranscriptsOptions {
  readonly gateway: Gateway;
  readonly outbox: SessionOutbox;
  /** The caller as it is now; throws where it may not go on. */
  readonly callerNow: () => Promise<CallContext>;
  readonly gone: AbortSignal;
  /** Why there is none, as events tell it. */
  readonly errorOf: (error: unknown) => RealtimeEvent;
}

/** What somebody has said. */
export interface SaidTurn {
  readonly itemId: string;
  /** Undefined where it was too long to be kept. */
  readonly sound: Buffer | undefined;
  readonly format: BufferFormat;
  readonly asked: RealtimeTranscription;
}

const mostAtOnce = 4;
const mostWaiting = 32;
const mostWaitingBytes = 32 * 1024 * 1024;
/** Texts that are kept to be shown with their items. */
const mostKept = 256;
const mostKeptLength = 65_536;

const requestOf = (sound: Uint8Array, { format, asked }: Pick<SaidTurn, "format" | "asked">) => {
  const data = waveFile(sound, format).toString("base64");
  return transcribeRequest({ ...asked, audio: { mediaType: "audio/wav", data } });
};

const secondsOf = (sound: Uint8Array, format: BufferFormat): number =>
  Math.ceil(sound.length / (format === "audio/pcm" ? 48_000 : 8_000));

/** Transcripts of what people say in a session: each is a call of `ai.transcribe`, made of the sound that passed by. */
export class TurnTranscripts {
  readonly #options: TranscriptsOptions;
  readonly #texts = new Map<string, string>();
  #waiting: SaidTurn[] = [];
  #underWay = 0;

  constructor(options: TranscriptsOptions) {
    this.#options = options;
  }

  /** Throws where its caller could have none made so. */
  async require(asked: RealtimeTranscription): Promise<void> {
    const { gateway, callerNow } = this.#options;
    const request = requestOf(Buffer.alloc(4_800), { format: "audio/pcm", asked });
    const ctx = await callerNow();
    await mayAsk(gateway, request, ctx);
    await routesOf(gateway, request, ctx);
  }

  make(turn: SaidTurn): void {
    const bytes = this.#waiting.reduce((sum, { sound }) => sum + (sound?.length ?? 0), turn.sound?.length ?? 0);
    if (this.#waiting.length >= mostWaiting || bytes > mostWaitingBytes) {
      const message = "More is said in this session than can be transcribed meanwhile.";
      return this.#fail(turn, new NexusError("RATE_LIMITED", { message }));
    }
    this.#waiting.push(turn);
    this.#goOn();
  }

  /** An item with the transcript of what was said in it, which its vendor does not know. */
  withText(item: RealtimeEvent): RealtimeEvent {
    const text = typeof item["id"] === "string" ? this.#texts.get(item["id"]) : undefined;
    const { content } = item;
    if (text === undefined || !Array.isArray(content)) return item;
    const parts = content.map((part: unknown) => {
      const known = jsonObjectOf(part);
      return known["type"] === "input_audio" ? { ...known, transcript: text } : part;
    });
    return { ...item, content: parts };
  }

  #goOn(): void {
    if (this.#underWay >= mostAtOnce) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#underWay += 1;
    void this.#finish(next);
  }

  async #finish(turn: SaidTurn): Promise<void> {
    try {
      await this.#transcribe(turn);
    } catch (error) {
      this.#fail(turn, error);
    }
    this.#underWay -= 1;
    this.#goOn();
  }

  async #transcribe({ itemId, sound, format, asked }: SaidTurn): Promise<void> {
    const { gateway, callerNow, gone, outbox } = this.#options;
    // Nobody waits for it any more.
    if (gone.aborted) return;
    if (sound === undefined)
      throw new NexusError("PAYLOAD_TOO_LARGE", {
        message: "What was said is longer than a session keeps for its transcript, about five minutes.",
      });
    if (sound.length === 0)
      throw new NexusError("CONFLICT", { message: "It was said before the session was to have transcripts." });
    const ctx = await callerNow();
    const request = requestOf(sound, { format, asked });
    const { result, units, facts } = await call(gateway, request, { ...ctx, signal: gone });
    const { text } = result;
    this.#keep(itemId, text);
    const told = Object.keys(units).length === 0 ? { second: secondsOf(sound, format) } : units;
    const usage = transcriptUsage(told);
    if (text !== "") void outbox.tell(this.#event(itemId, "delta", { delta: text }));
    void outbox.tell(this.#event(itemId, "completed", { transcript: text, usage, nexus: facts }));
  }

  #keep(itemId: string, text: string): void {
    if (text.length > mostKeptLength) return;
    const [oldest] = this.#texts.size < mostKept ? [] : this.#texts.keys();
    if (oldest !== undefined) this.#texts.delete(oldest);
    this.#texts.set(itemId, text);
  }

  #fail({ itemId }: SaidTurn, error: unknown): void {
    const { outbox, errorOf } = this.#options;
    void outbox.tell(this.#event(itemId, "failed", { error: errorOf(error) }));
  }

  #event(itemId: string, kind: "delta" | "completed" | "failed", fields: object): string {
    const type = `conversation.item.input_audio_transcription.${kind}`;
    return JSON.stringify({
      type,
      event_id: this.#options.outbox.eventId(),
      item_id: itemId,
      content_index: 0,
      ...fields,
    });
  }
}
