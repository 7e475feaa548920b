import type { RealtimeSession, RealtimeTranscription } from "../../contracts/ai/realtime.ts";
import { asRecord } from "../dialect/as-record.ts";
import type { BufferFormat } from "./wave-file.ts";

type Json = Readonly<Record<string, unknown>>;

const recordIn = (value: unknown, name: string): Json | undefined => {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof found === "object" && found !== null && !Array.isArray(found) ? asRecord(found) : undefined;
};

/** Of 24,000 samples a second, each of two bytes; or of telephones' 8,000, each of one. */
const bytesPerMsOf = (format: unknown): number => (format === "audio/pcmu" || format === "audio/pcma" ? 8 : 48);

const textOf = (session: Json): number =>
  Buffer.byteLength(JSON.stringify([session["instructions"] ?? "", session["tools"] ?? []]));

const isSpoken = ({ output_modalities: modalities }: Json): boolean =>
  !Array.isArray(modalities) || modalities.length === 0 || modalities.includes("audio");

interface Known {
  readonly textBytes: number;
  readonly sound: boolean;
  readonly bytesPerMs: number;
  /** Where the client has the conversation cut before the model's own limit. */
  readonly cutAt: number | undefined;
}

/** A change that the vendor has not confirmed yet. */
interface Change {
  readonly eventId: string;
  /** The client's own id of the event that asked for it. */
  readonly clients: string | undefined;
  readonly responds: boolean | undefined;
  /** Null where there are to be no transcripts any more. */
  readonly transcription: RealtimeTranscription | null | undefined;
  readonly next: Json;
}

const cutOf = (truncation: unknown): number | undefined => {
  const limit = recordIn(truncation, "token_limits")?.["post_instructions"];
  return typeof limit === "number" ? limit : undefined;
};

const withChange = ({ textBytes, sound, bytesPerMs, cutAt }: Known, { next }: Change): Known => {
  const format = recordIn(recordIn(recordIn(next, "audio"), "input"), "format");
  return {
    textBytes: textBytes + textOf(next),
    sound: sound || isSpoken(next),
    bytesPerMs: format === undefined ? bytesPerMs : Math.min(bytesPerMs, bytesPerMsOf(format["type"])),
    cutAt: Math.min(cutAt ?? Infinity, cutOf(next["truncation"]) ?? Infinity),
  };
};

const formatOf = (format: unknown): BufferFormat =>
  format === "audio/pcmu" || format === "audio/pcma" ? format : "audio/pcm";

/**
 * What of a session decides what its responses cost. The vendor is told to begin nothing by itself: whether a turn is answered,
 * and how it is transcribed, is remembered here, and shown to the client as it set it.
 */
export class SessionSettings {
  #confirmed: Known = { textBytes: 0, sound: true, bytesPerMs: 48, cutAt: undefined };
  /** Turns are answered without being asked. */
  #responds = true;
  #limit: number | "inf" | undefined;
  #transcription: RealtimeTranscription | undefined;
  #format: BufferFormat = "audio/pcm";
  /** The vendor finds turns. */
  #listens = true;
  #changes: Change[] = [];

  /** With changes that are not confirmed, what costs most of all that may be in force: what they say is added up. */
  get known(): Known {
    return this.#changes.reduce(withChange, this.#confirmed);
  }

  get responds(): boolean {
    return this.#responds;
  }

  /** How what people say is to be transcribed. */
  get transcription(): RealtimeTranscription | undefined {
    return this.#transcription;
  }

  /** What of the sound in the buffer is to be kept for transcripts, also of a change that is not confirmed yet. */
  get keeping(): { readonly kept: boolean; readonly listens: boolean } {
    const kept = this.#transcription !== undefined || this.#changes.some(({ transcription }) => transcription);
    return { kept, listens: this.#listens };
  }

  /** How the sound in the buffer is read. */
  get format(): BufferFormat {
    return this.#format;
  }

  /** The client's own output limit. */
  get limit(): number | "inf" | undefined {
    return this.#limit;
  }

  /** The change by which a session that was just opened begins no response by itself; undefined where it finds no turns. */
  adopt(session: Json): Json | undefined {
    this.#learn(session);
    const turns = recordIn(recordIn(recordIn(session, "audio"), "input"), "turn_detection");
    if (turns === undefined) return undefined;
    this.#responds = turns["create_response"] !== false;
    const { idle_timeout_ms: _timeout, ...kept } = turns;
    return { type: "realtime", audio: { input: { turn_detection: { ...kept, create_response: false } } } };
  }

  /**
   * A change as the vendor is told of it. Transcripts are Nexus's own part. Traces, which change neither an answer nor a bill, are
   * left out.
   */
  change(session: RealtimeSession, eventId: string, clients: string | undefined): Json {
    const { model: _model, tracing: _tracing, include: _include, ...rest } = session;
    if (session.max_output_tokens !== undefined) this.#limit = session.max_output_tokens;
    const { transcription, ...input } = session.audio?.input ?? {};
    const turns = input.turn_detection;
    const responds = turns ? (turns.create_response ?? true) : undefined;
    this.#changes.push({ eventId, clients, responds, transcription, next: asRecord(session) });
    if (session.audio?.input === undefined) return rest;
    const told = turns ? { ...input, turn_detection: { ...turns, create_response: false } } : input;
    return { ...rest, audio: { ...rest.audio, input: told } };
  }

  /** The vendor has carried out the next change; its session as the client is shown it. */
  confirm(session: Json): Json {
    const change = this.#changes.shift();
    if (change?.responds !== undefined) this.#responds = change.responds;
    if (change?.transcription !== undefined) this.#transcription = change.transcription ?? undefined;
    this.#learn(session);
    return this.shown(session);
  }

  /** The vendor has refused one: its client's own id of it. */
  drop(eventId: string): string | undefined {
    const dropped = this.#changes.find((change) => change.eventId === eventId);
    this.#changes = this.#changes.filter((change) => change !== dropped);
    return dropped?.clients;
  }

  /** With the client's own settings of what happens at the end of a turn. */
  shown(session: Json): Json {
    const audio = recordIn(session, "audio");
    const input = recordIn(audio, "input");
    const turns = recordIn(input, "turn_detection");
    const own = {
      transcription: this.#transcription ?? null,
      ...(turns === undefined ? {} : { turn_detection: { ...turns, create_response: this.#responds } }),
    };
    return { ...session, audio: { ...audio, input: { ...input, ...own } } };
  }

  #learn(session: Json): void {
    const input = recordIn(recordIn(session, "audio"), "input");
    this.#format = formatOf(recordIn(input, "format")?.["type"]);
    this.#listens = recordIn(input, "turn_detection") !== undefined;
    this.#confirmed = {
      textBytes: textOf(session),
      sound: isSpoken(session),
      bytesPerMs: bytesPerMsOf(this.#format),
      cutAt: cutOf(session["truncation"]),
    };
  }
}
