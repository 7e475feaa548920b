import type { Logger } from "../../platform/logger.ts";
import type { ConversationSize } from "./conversation-size.ts";
import { eventIn, jsonObjectOf, type RealtimeEvent } from "./json-events.ts";
import type { ResponseCalls } from "./response-calls.ts";
import type { SessionOutbox } from "./session-outbox.ts";
import type { SessionSettings } from "./session-settings.ts";
import type { TurnSound } from "./turn-sound.ts";
import type { TurnTranscripts } from "./turn-transcripts.ts";
import type { VendorSession } from "./vendor-session.ts";

interface HearingOptions {
  readonly session: VendorSession;
  readonly calls: ResponseCalls;
  readonly settings: SessionSettings;
  readonly size: ConversationSize;
  readonly sound: TurnSound;
  readonly transcripts: TurnTranscripts;
  readonly outbox: SessionOutbox;
  readonly log: Logger;
  /** The vendor has been told to begin no response by itself. */
  readonly onReady: () => void;
  /** Somebody has spoken, and is to be answered. */
  readonly onTurn: () => void;
  /** A response has begun that nobody asked for. */
  readonly onUnasked: () => void;
}

const momentIn = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

/** What a session's vendor says, on its way to the session's client. */
export class SessionHearing {
  readonly #options: HearingOptions;
  /** The session's own first change, whose confirmation is not for its client. */
  #firstChange: string | undefined;
  /** Where the vendor heard the beginning of a turn. */
  #startMs: number | undefined;
  /** Where it heard the end of one that is no item yet. */
  #turn: { readonly startMs: number | undefined; readonly endMs: number | undefined } | undefined;

  constructor(options: HearingOptions) {
    this.#options = options;
  }

  hear(text: string): void {
    const { session, size, sound, calls, outbox } = this.#options;
    const event = eventIn(text);
    if (event === undefined) return session.close();
    switch (event["type"]) {
      case "session.created":
        this.#created(event);
        break;
      case "session.updated":
        return this.#updated(event);
      case "error":
        return this.#error(event);
      case "input_audio_buffer.cleared":
        size.cleared();
        sound.cleared();
        break;
      case "input_audio_buffer.speech_started":
        this.#startMs = momentIn(event["audio_start_ms"]);
        sound.started();
        break;
      case "input_audio_buffer.speech_stopped":
        this.#turn = { startMs: this.#startMs, endMs: momentIn(event["audio_end_ms"]) };
        this.#startMs = undefined;
        break;
      case "input_audio_buffer.committed":
        void outbox.tell(text);
        return this.#committed(event);
      case "conversation.item.retrieved":
        return this.#retrieved(event);
      case "response.created":
        if (!calls.isBusy) this.#unasked(event);
        break;
      case "response.done":
        return this.#done(event);
      default:
        break;
    }
    calls.see(event);
    void outbox.tell(text);
  }

  #created(event: RealtimeEvent): void {
    const { session, settings, onReady } = this.#options;
    const change = settings.adopt(jsonObjectOf(event["session"]));
    if (change !== undefined) {
      this.#firstChange = session.eventId();
      void session.send({ type: "session.update", event_id: this.#firstChange, session: change });
    }
    onReady();
  }

  #updated(event: RealtimeEvent): void {
    const { settings, outbox } = this.#options;
    if (this.#firstChange !== undefined) {
      this.#firstChange = undefined;
      return;
    }
    void outbox.tell(JSON.stringify({ ...event, session: settings.confirm(jsonObjectOf(event["session"])) }));
  }

  #error(event: RealtimeEvent): void {
    const { session, calls, settings, sound, outbox } = this.#options;
    const error = jsonObjectOf(event["error"]);
    const { event_id: about } = error;
    sound.refused(about);
    if (about !== undefined && about === this.#firstChange) return session.close();
    if (calls.refused(error)) return;
    if (!session.isOwn(about)) return void outbox.tell(JSON.stringify(event));
    const clients = settings.drop(about) ?? null;
    void outbox.tell(JSON.stringify({ ...event, error: { ...error, event_id: clients } }));
  }

  #committed(event: RealtimeEvent): void {
    const { size, settings, sound, onTurn } = this.#options;
    const turn = this.#turn;
    this.#turn = undefined;
    this.#transcribe(event["item_id"], turn === undefined ? sound.committed() : sound.turn(turn.startMs, turn.endMs));
    if (turn === undefined) return;
    size.turnEnded(turn.startMs, turn.endMs);
    if (settings.responds) onTurn();
  }

  #transcribe(itemId: unknown, sound: Buffer | undefined): void {
    const { settings, transcripts } = this.#options;
    const { transcription: asked, format } = settings;
    if (asked !== undefined && typeof itemId === "string") transcripts.make({ itemId, sound, format, asked });
  }

  #retrieved(event: RealtimeEvent): void {
    const { transcripts, outbox } = this.#options;
    void outbox.tell(JSON.stringify({ ...event, item: transcripts.withText(jsonObjectOf(event["item"])) }));
  }

  /** The last event waits until the row is durable, and says what the response cost. */
  #done(event: RealtimeEvent): void {
    const { calls, outbox } = this.#options;
    calls.see(event);
    const { settled } = calls;
    void outbox.tell(async () => {
      const nexus = await settled;
      return JSON.stringify(nexus === undefined ? event : { ...event, nexus });
    });
  }

  /** A vendor that begins a response although it was told not to: it is cancelled, and what it bills is booked. */
  #unasked(event: RealtimeEvent): void {
    const { session, log, onUnasked } = this.#options;
    log.warn({ vendor: session.route.target.vendor }, "a response began that nobody had asked for");
    void session.send({ type: "response.cancel", response_id: jsonObjectOf(event["response"])["id"] });
    onUnasked();
  }
}
