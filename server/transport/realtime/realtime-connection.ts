import { RealtimeClientEvent, type RealtimeResponse, type RealtimeSession } from "../../contracts/ai/realtime.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { caughtError } from "../caught-error.ts";
import { ClientSocket, type ServedSocket } from "../client-socket.ts";
import type { DoorReply, ServeSocket } from "../door-request.ts";
import { requireFitText } from "../require-fit-text.ts";
import { socketRequest } from "../socket-request.ts";
import { ConversationSize } from "./conversation-size.ts";
import { eventIn, type RealtimeEvent } from "./json-events.ts";
import { decodedLength, measureItem, measureOwn, type MeasureItem } from "./measure-item.ts";
import { ResponseCalls, type AskedTurn } from "./response-calls.ts";
import { SessionHearing } from "./session-hearing.ts";
import { errorIn, SessionOutbox } from "./session-outbox.ts";
import { SessionSettings } from "./session-settings.ts";
import { TurnSound } from "./turn-sound.ts";
import { TurnTranscripts } from "./turn-transcripts.ts";
import { VendorSession } from "./vendor-session.ts";

interface RealtimeOffer {
  readonly gateway: Gateway;
  readonly model: string;
  readonly ctx: CallContext;
}

/** Of what its client says at once and the vendor has not taken yet. */
const maxInbox = 32;
/** The vendor's side lasts a little longer: the client's ends first, in words. */
const beyondMs = 60_000;

/** A caller who may not go on. */
class NoLonger extends Error {
  readonly reply: DoorReply | undefined;

  constructor(reply: DoorReply | undefined) {
    super("The caller may not go on.");
    this.reply = reply;
  }
}

const expired = (): NexusError =>
  new NexusError("CONFLICT", {
    message: "The session has lasted as long as it may; open another one.",
    details: { vendorError: { code: "session_expired" } },
  });

const busy = (): NexusError =>
  new NexusError("CONFLICT", {
    message: "A session makes one response at a time: wait for response.done, or cancel it.",
    details: { vendorError: { code: "conversation_already_has_active_response" } },
  });

/** A session of OpenAI's Realtime API: its client on one side, its vendor on the other, and each response a call. */
class RealtimeConnection {
  readonly #options: ServeSocket;
  readonly #offer: RealtimeOffer;
  readonly #client: ClientSocket;
  readonly #outbox: SessionOutbox;
  readonly #size = new ConversationSize();
  readonly #settings = new SessionSettings();
  readonly #sound: TurnSound;
  readonly #transcripts: TurnTranscripts;
  #session: VendorSession | undefined;
  #calls: ResponseCalls | undefined;
  #inbox: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** Somebody has spoken, and is to be answered. */
  #turnDue = false;

  constructor(options: ServeSocket, offer: RealtimeOffer) {
    this.#options = options;
    this.#offer = offer;
    this.#client = new ClientSocket(options.socket, options.bounds, {
      onText: (text) => this.#queue(text),
      onOutlived: () => this.#outbox.fail(expired()),
      onPing: () => void this.#stillMay(),
    });
    this.#outbox = new SessionOutbox(this.#client, options);
    this.#sound = new TurnSound(() => offer.gateway.clock.monotonic());
    this.#transcripts = new TurnTranscripts({
      gateway: offer.gateway,
      outbox: this.#outbox,
      callerNow: () => this.#callerNow(),
      gone: this.#client.gone,
      errorOf: (error) => this.#errorOf(error),
    });
    // Until the vendor has been told to begin nothing by itself.
    this.#client.pause();
    this.#client.gone.addEventListener("abort", () => this.#left());
    void this.#open();
  }

  served(): ServedSocket {
    return this.#client.served();
  }

  async #open(): Promise<void> {
    const { gateway, model, ctx } = this.#offer;
    const { gone } = this.#client;
    try {
      const lifetimeMs = this.#options.bounds.lifetimeMs + beyondMs;
      const session = await VendorSession.open(gateway, model, { ...ctx, signal: gone }, lifetimeMs);
      this.#session = session;
      const [size, settings] = [this.#size, this.#settings];
      const callerNow = (): Promise<CallContext> => this.#callerNow();
      const onSilence = (): void => session.close();
      const calls = new ResponseCalls({ gateway, model, session, size, settings, callerNow, gone, onSilence });
      this.#calls = calls;
      if (gone.aborted) return session.close();
      const hearing = new SessionHearing({
        session,
        calls,
        settings,
        size,
        sound: this.#sound,
        transcripts: this.#transcripts,
        outbox: this.#outbox,
        log: this.#options.log,
        onReady: () => this.#client.resume(),
        onTurn: () => {
          this.#turnDue = true;
          this.#answerTurn();
        },
        onUnasked: () => void this.#respond({ response: {}, begun: true }),
      });
      session.listen(
        (text) => hearing.hear(text),
        (failure) => void this.#lost(failure),
      );
    } catch (error) {
      await this.#outbox.fail(caughtError(error));
      this.#client.close(1011, "no session");
    }
  }

  /** The caller as it is now: a key that was revoked since asks for nothing more. */
  async #callerNow(): Promise<CallContext> {
    const { incoming, dispatch, newId } = this.#options;
    const search = new URLSearchParams({ model: this.#offer.model }).toString();
    const signal = this.#client.gone;
    const asked = { method: "GET", path: "/v1/realtime", search, signal, requestId: newId() };
    const reply = await dispatch(socketRequest(incoming, asked));
    if (reply?.offers === undefined) throw new NoLonger(reply);
    return reply.offers.ctx;
  }

  async #stillMay(): Promise<void> {
    try {
      await this.#callerNow();
    } catch (error) {
      await this.#tellError(error);
      this.#client.close(1008, "no longer permitted");
    }
  }

  #errorOf(error: unknown): RealtimeEvent {
    if (error instanceof NoLonger && error.reply !== undefined) return errorIn(error.reply);
    return this.#outbox.errorOf(caughtError(error));
  }

  #tellError(error: unknown, about?: string): Promise<void> {
    return this.#outbox.refuse(this.#errorOf(error), about);
  }

  /** One after another, as looking into images takes time. */
  #queue(text: string | undefined): void {
    this.#waiting += 1;
    if (this.#waiting > maxInbox) this.#client.pause();
    this.#inbox = this.#inbox.then(async () => {
      await this.#take(text);
      this.#waiting -= 1;
      if (this.#waiting === maxInbox) this.#client.resume();
    });
  }

  async #take(text: string | undefined): Promise<void> {
    const value = eventIn(text);
    const about = typeof value?.["event_id"] === "string" ? value["event_id"].slice(0, 512) : undefined;
    try {
      if (value === undefined)
        throw new NexusError("INVALID_INPUT", { issues: [{ field: "", expected: "a JSON object with a type" }] });
      requireFitText(value, "prompt");
      if (this.#session !== undefined) await this.#carryOut(this.#session, parseInput(RealtimeClientEvent, value));
    } catch (error) {
      await this.#tellError(error, about);
    }
  }

  async #carryOut(session: VendorSession, event: RealtimeClientEvent): Promise<void> {
    const { bytesPerMs } = this.#settings.known;
    switch (event.type) {
      case "session.update": {
        this.#requireModel(session, event.session.model);
        await this.#requireTranscripts(event.session);
        const eventId = session.eventId();
        const changed = this.#settings.change(event.session, eventId, event.event_id);
        this.#size.stretch(bytesPerMs / this.#settings.known.bytesPerMs);
        return session.send({ type: event.type, event_id: eventId, session: changed });
      }
      case "response.create":
        return this.#ask(session, event.response ?? {}, event.event_id);
      case "input_audio_buffer.append":
        this.#size.append(decodedLength(event.audio) / bytesPerMs);
        this.#sound.append(event.audio, { bytesPerMs, ...this.#settings.keeping });
        break;
      case "input_audio_buffer.commit": {
        const eventId = event.event_id ?? session.eventId();
        this.#size.commit();
        this.#sound.mark("commit", eventId);
        return session.send({ ...event, event_id: eventId });
      }
      case "input_audio_buffer.clear":
        this.#size.clear();
        this.#sound.mark("clear", event.event_id);
        break;
      case "conversation.item.create":
        this.#size.add(await measureItem(event.item, "item", this.#measure(session)));
        break;
      default:
        break;
    }
    return session.send(event);
  }

  #requireModel({ route }: VendorSession, named: string | undefined): void {
    const { model } = this.#offer;
    if (named === undefined || named === model || named === route.model) return;
    throw new NexusError("INVALID_INPUT", {
      issues: [{ field: "session.model", expected: `${model}, which the session was opened with` }],
    });
  }

  /** In words of its own field. */
  async #requireTranscripts({ audio }: RealtimeSession): Promise<void> {
    if (audio?.input?.transcription) await this.#transcripts.require(audio.input.transcription);
  }

  #measure({ route }: VendorSession): MeasureItem {
    const { bytesPerMs } = this.#settings.known;
    const { organizationId } = this.#offer.ctx;
    return { bounds: route.vendor.bounds, model: route.model, organizationId, bytesPerMs };
  }

  async #ask(session: VendorSession, response: RealtimeResponse, about: string | undefined): Promise<void> {
    const further = await measureOwn(response, this.#measure(session));
    if (this.#client.isTaken) throw busy();
    await this.#begin({ response, further }, about);
  }

  /** Until the vendor has been asked: what the client sends after it is not to reach the vendor before it. */
  #begin(asked: AskedTurn, about?: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    void this.#respond({ ...asked, onAsked: resolve }, about).finally(resolve);
    return promise;
  }

  async #respond(asked: AskedTurn, about?: string): Promise<void> {
    this.#client.begin();
    try {
      await this.#calls?.make(asked);
    } catch (error) {
      await this.#tellError(error, about);
      // Nobody pays for what is not booked.
      if (asked.begun === true) this.#session?.close();
    } finally {
      this.#client.end();
      if (this.#client.gone.aborted) this.#session?.close();
      else this.#answerTurn();
    }
  }

  /** As soon as no other response is under way. */
  #answerTurn(): void {
    this.#inbox = this.#inbox.then(async () => {
      if (!this.#turnDue || this.#client.isTaken || this.#client.gone.aborted) return;
      this.#turnDue = false;
      await this.#begin({ response: {} });
    });
  }

  #left(): void {
    if (this.#calls?.isBusy === true) this.#calls.cancel();
    else this.#session?.close();
  }

  /** The vendor's connection has ended. */
  async #lost(failure: Error | undefined): Promise<void> {
    this.#calls?.lost(failure);
    await this.#calls?.settled;
    const message = "The vendor has ended the session; open another one.";
    await this.#outbox.fail(new NexusError("PROVIDER_UNAVAILABLE", { message }));
    this.#client.close(1011, "the vendor has ended the session");
  }
}

/** Serves a session until it ends. */
export const serveRealtime = (options: ServeSocket, offer: RealtimeOffer): ServedSocket =>
  new RealtimeConnection(options, offer).served();
