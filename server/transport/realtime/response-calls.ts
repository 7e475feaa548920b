import type { RealtimeResponse } from "../../contracts/ai/realtime.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { NexusFacts } from "../../contracts/nexus-facts.ts";
import { ProviderError, type Metered } from "../../contracts/vendor-call.ts";
import { realtimeResponseRequest } from "../../families/ai/index.ts";
import { stream } from "../../gateway/call.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import { noParts, totalOf, type ConversationSize, type PartTokens } from "./conversation-size.ts";
import { idIn, type RealtimeEvent } from "./json-events.ts";
import { ResponseFeed } from "./response-feed.ts";
import type { SessionSettings } from "./session-settings.ts";
import type { VendorSession } from "./vendor-session.ts";

interface CallsOptions {
  readonly gateway: Gateway;
  /** As the session's client wrote it. */
  readonly model: string;
  readonly session: VendorSession;
  readonly size: ConversationSize;
  readonly settings: SessionSettings;
  /** The caller as it is now; throws where it may not go on. */
  readonly callerNow: () => Promise<CallContext>;
  readonly gone: AbortSignal;
  /** Nothing more is to be expected of the vendor. */
  readonly onSilence: () => void;
}

/** How a response came to be asked for. */
export interface AskedTurn {
  readonly response: RealtimeResponse;
  /** What it brings of its own beside the conversation. */
  readonly further?: PartTokens;
  /** It has begun already, by its vendor's own decision. */
  readonly begun?: boolean;
  /** Its vendor has been asked: what is sent from now on comes after it. */
  readonly onAsked?: () => void;
}

/** Sent and held where its client names no limit. */
const usualLimit = 4_096;
/** What a vendor adds to a request of its own accord. */
const framingTokens = 1_024;
/** For a response whose client has left to be cancelled and counted. */
const cancelMs = 15_000;
const silenceMs = 60_000;

const gone = (): ProviderError =>
  new ProviderError({
    kind: "not_sent",
    code: "REQUEST_CANCELLED",
    about: "request",
    status: undefined,
    retryAfterMs: undefined,
    vendorRequestId: undefined,
    message: "The session has ended.",
  });

/** What went in, by the vendor's own count; undefined where it did not tell all. */
const countedIn = ({ units, final }: Metered): PartTokens | undefined =>
  units === null || !final
    ? undefined
    : {
        text: (units.input ?? 0) + (units.cacheRead ?? 0),
        audio: (units.inputAudio ?? 0) + (units.cacheReadAudio ?? 0),
        image: (units.inputImage ?? 0) + (units.cacheReadImage ?? 0),
      };

const madeOf = ({ units, final }: Metered, most: number, sound: boolean): PartTokens =>
  units === null || !final
    ? { text: sound ? 0 : most, audio: sound ? most : 0, image: 0 }
    : {
        text: (units.output ?? 0) + (units.reasoning ?? 0),
        audio: units.outputAudio ?? 0,
        image: 0,
      };

/** Whoever follows a stream reads it to its end; what the ticks stand for has gone to the client already. */
const readAll = async (ticks: AsyncIterable<number>): Promise<void> => {
  const iterator = ticks[Symbol.asyncIterator]();
  let next = await iterator.next();
  while (next.done !== true) next = await iterator.next();
};

/** The responses of a session, one at a time: each is held, followed to its end, and charged by what its vendor counts. */
export class ResponseCalls {
  readonly #options: CallsOptions;
  #feed: ResponseFeed | undefined;
  #settled: Promise<NexusFacts | undefined> = Promise.resolve(undefined);
  /** The id of the event by which the present one was asked for. */
  #eventId: string | undefined;
  #credential: Readonly<Record<string, string>> = {};
  #cancelled = false;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  get isBusy(): boolean {
    return this.#feed !== undefined;
  }

  /** What the present response, or the one before, cost; once its row is durable. */
  get settled(): Promise<NexusFacts | undefined> {
    return this.#settled;
  }

  /** Resolves when it is charged. */
  async make({ response, further = noParts, begun = false, onAsked }: AskedTurn): Promise<void> {
    const { gateway, model, session, size, settings, callerNow, onSilence } = this.#options;
    const { route } = session;
    const limits = { silenceMs: gateway.silenceMs ?? silenceMs, deadlineMs: gateway.callTimeoutMs };
    const feed = new ResponseFeed(session.vendor, limits, onSilence);
    const settled = Promise.withResolvers<NexusFacts | undefined>();
    this.#feed = feed;
    this.#settled = settled.promise;
    this.#cancelled = false;
    const { known } = settings;
    const [mark, most] = [size.mark(), size.most];
    const sound = response.output_modalities?.includes("audio") ?? known.sound;
    const maxOutputTokens = this.#limitOf(response);
    const eventId = session.eventId();
    this.#eventId = eventId;
    try {
      const ctx = await callerNow();
      const own = Buffer.byteLength(JSON.stringify([response.instructions ?? "", response.tools ?? []]));
      const request = realtimeResponseRequest({
        model,
        at: route.target,
        maxOutputTokens,
        made: {
          kind: "response",
          textTokens: most.text + further.text + known.textBytes + own + framingTokens,
          audioTokens: most.audio + further.audio,
          imageTokens: most.image + further.image,
          sound,
        },
        open: async ({ credential }) => {
          this.#credential = credential;
          if (begun) return feed.start();
          if (this.#options.gone.aborted) throw gone();
          const streaming = feed.start();
          const asked = { ...response, max_output_tokens: maxOutputTokens };
          await session.send({ type: "response.create", event_id: eventId, response: asked });
          onAsked?.();
          return streaming;
        },
      });
      const reply = await stream(gateway, request, { ...ctx, signal: this.#options.gone });
      await readAll(reply.chunks);
      const { facts } = await reply.end;
      settled.resolve(facts);
    } finally {
      settled.resolve(undefined);
      const whole = response.input === undefined && response.conversation !== "none" && this.#isWhole(most);
      // Also of one that could not be booked: it is in the conversation.
      if (feed.hasBegun)
        size.answered(mark, whole ? countedIn(feed.metered) : undefined, madeOf(feed.metered, maxOutputTokens, sound));
      this.#credential = {};
      this.#eventId = undefined;
      this.#feed = undefined;
    }
  }

  /** What is sent and held. */
  #limitOf({ max_output_tokens: asked }: RealtimeResponse): number {
    const most = this.#options.session.outputTokensMax;
    const wanted = asked ?? this.#options.settings.limit ?? usualLimit;
    return Math.min(wanted === "inf" ? most : wanted, most);
  }

  /** Nothing of the conversation can have been left out of what the vendor counted. */
  #isWhole(most: PartTokens): boolean {
    const { session, settings } = this.#options;
    const { textBytes, cutAt = Number.POSITIVE_INFINITY } = settings.known;
    return (
      totalOf(most) + textBytes + framingTokens <= Math.min(cutAt, session.inputTokensMax - session.outputTokensMax)
    );
  }

  /** Takes an event that may belong to the present response. */
  see(event: RealtimeEvent): void {
    const { type } = event;
    if (this.#feed === undefined || typeof type !== "string" || !type.startsWith("response.")) return;
    if (type === "response.created") this.#feed.id ??= idIn(event["response"]);
    this.#feed.see(event);
  }

  /** Whether an error of the vendor's is its answer to what asked for the present response. */
  refused(error: RealtimeEvent): boolean {
    const { session } = this.#options;
    if (this.#eventId === undefined || error["event_id"] !== this.#eventId) return false;
    const io = { credential: this.#credential, model: session.route.model };
    this.#feed?.fail(session.vendor.refusalOf(error, io));
    return true;
  }

  /** Nobody waits for it any more: what was made by then is told, and charged. */
  cancel(): void {
    const feed = this.#feed;
    if (feed === undefined || this.#cancelled) return;
    this.#cancelled = true;
    const { session } = this.#options;
    void session.send({ type: "response.cancel", ...(feed.id === undefined ? {} : { response_id: feed.id }) });
    setTimeout(() => feed.fail(session.vendor.lost(undefined)), cancelMs).unref();
  }

  /** The vendor is gone. */
  lost(cause: Error | undefined): void {
    this.#feed?.fail(this.#options.session.vendor.lost(cause));
  }
}
