import type { NexusFacts } from "../contracts/ai.ts";
import type { CallContext } from "../contracts/call-context.ts";
import { ProviderError, type Streaming } from "../contracts/provider.ts";
import { NexusError } from "../errors.ts";
import { admit, type Admitted } from "./admit.ts";
import { aiVendorOf } from "./attempt.ts";
import { outputLimitOf } from "./bound.ts";
import type { Gateway, LiveStream, RateAllowance } from "./gateway.ts";
import type { StreamRequest } from "./metered-request.ts";
import { pursue, type Pursued } from "./pursue.ts";
import { factsOf, recordAnswer } from "./record.ts";
import { encodeChunks, replayStream, storedAnswerOf } from "./replay.ts";
import { settlementOf, totalTokens, type Settlement } from "./settlement.ts";

/** What is known of a stream before it has ended. */
export interface StreamStart {
  readonly operationId: string;
  readonly vendor: string;
  readonly model: string;
  readonly credentialTier: NexusFacts["credentialTier"];
}

/** How a stream ended, once its row is settled. */
export interface StreamEnd {
  readonly facts: NexusFacts;
  readonly units: Readonly<Record<string, number>>;
}

/** A stream that may be read once. `end` resolves when the row is settled, also where the reader left early. */
export interface StreamReply<C> {
  readonly start: StreamStart;
  /** Throws a NexusError where the vendor broke off; by then the row is settled. */
  readonly chunks: AsyncGenerator<C, void, void>;
  readonly end: Promise<StreamEnd>;
  readonly replayed: boolean;
  readonly allowance: RateAllowance | undefined;
}

const drainMs = 120_000;
const maxDrains = 200;
/** A stream longer than this is not kept for replay; its retry is told that it was done. */
const maxKeptBytes = 8 * 1024 * 1024;

/** A first chunk is asked for before a route counts as taken: until then another may take over. */
interface Opened<C> {
  readonly streaming: Streaming<C>;
  readonly iterator: AsyncIterator<C>;
  readonly first: IteratorResult<C>;
}

/** The path of a metered call with a streamed answer: the same road, settled when the stream has ended. */
export const stream = async <C>(
  gateway: Gateway,
  request: StreamRequest<C>,
  ctx: CallContext,
): Promise<StreamReply<C>> => {
  const admitted = await admit(gateway, request, ctx);
  if (admitted.kind === "replay") return replayed(gateway, request, ctx, admitted.operationId);

  const pursued = await pursue<Opened<C>>({
    gateway,
    ctx,
    request,
    admitted,
    run: async (vendor, io) => {
      const streaming = await request.open(vendor, io);
      const iterator = streaming.chunks[Symbol.asyncIterator]();
      return { streaming, iterator, first: await firstOf(streaming, iterator) };
    },
  });
  return new MeteredStream(gateway, request, ctx, admitted, pursued).reply();
};

/** A stream that fails before its first chunk may have told what it used. */
const firstOf = async <C>(streaming: Streaming<C>, iterator: AsyncIterator<C>): Promise<IteratorResult<C>> => {
  try {
    return await iterator.next();
  } catch (error) {
    throw error instanceof ProviderError ? error.with(streaming.meter()) : error;
  }
};

const replayed = async <C>(
  gateway: Gateway,
  request: StreamRequest<C>,
  ctx: CallContext,
  operationId: string,
): Promise<StreamReply<C>> => {
  const { facts, units, chunks } = await replayStream(gateway, request, ctx, operationId);
  const generate = async function* (): AsyncGenerator<C, void, void> {
    yield* chunks;
  };
  const { vendor, model, credentialTier } = facts;
  return {
    start: { operationId, vendor, model, credentialTier },
    chunks: generate(),
    end: Promise.resolve({ facts, units }),
    replayed: true,
    allowance: undefined,
  };
};

/** One stream from its first chunk to its settled row. */
class MeteredStream<C> {
  readonly #gateway: Gateway;
  readonly #request: StreamRequest<C>;
  readonly #ctx: CallContext;
  readonly #admitted: Admitted;
  readonly #pursued: Pursued<Opened<C>>;
  readonly #firstByteMs: number;
  readonly #end: PromiseWithResolvers<StreamEnd> = Promise.withResolvers();
  #kept: Uint8Array[] | undefined;
  #keptBytes = 0;
  /** The caller had gone before the vendor's numbers came. */
  #leftBeforeUsage = false;
  /** Every chunk was read, whether or not somebody was there to take it. */
  #readToEnd = false;
  #draining = false;
  #failure: unknown;

  constructor(
    gateway: Gateway,
    request: StreamRequest<C>,
    ctx: CallContext,
    admitted: Admitted,
    pursued: Pursued<Opened<C>>,
  ) {
    this.#gateway = gateway;
    this.#request = request;
    this.#ctx = ctx;
    this.#admitted = admitted;
    this.#pursued = pursued;
    this.#firstByteMs = gateway.clock.monotonic() - admitted.startedAtMs;
    this.#kept = ctx.idempotencyKey === undefined ? undefined : [];
    // A settle that fails is logged by the ledger; nobody may be waiting here.
    this.#end.promise.catch(() => undefined);
  }

  reply(): StreamReply<C> {
    const { route, leg } = this.#pursued;
    const live: LiveStream = { progress: () => this.#settlement(), draining: false };
    this.#gateway.liveStreams.set(leg.operationId, live);
    // A generator that is never begun never runs its `finally`: a caller that left already is drained from here.
    const chunks = this.#chunks();
    if (this.#ctx.signal.aborted)
      void chunks.next().then(
        () => chunks.return(),
        () => undefined,
      );
    return {
      start: {
        operationId: leg.operationId,
        vendor: route.vendor,
        model: route.model,
        credentialTier: route.credential.tier,
      },
      chunks,
      end: this.#end.promise,
      replayed: false,
      allowance: this.#admitted.rate.allowance,
    };
  }

  async *#chunks(): AsyncGenerator<C, void, void> {
    const { iterator, first } = this.#pursued.value;
    const onLeave = (): void => {
      this.#noteLeaving();
      this.#limitDrain();
    };
    this.#ctx.signal.addEventListener("abort", onLeave, { once: true });
    let ended = false;
    try {
      for (let next = first; !next.done; next = await iterator.next()) {
        this.#keep(next.value);
        yield next.value;
      }
      ended = true;
      this.#readToEnd = true;
    } catch (error) {
      ended = true;
      this.#failure = error;
    } finally {
      this.#ctx.signal.removeEventListener("abort", onLeave);
      if (!ended) void this.#drain();
    }
    await this.#settle();
    if (this.#failure !== undefined) throw this.#brokenOff();
  }

  #noteLeaving(): void {
    const { final, units } = this.#pursued.value.streaming.meter();
    this.#leftBeforeUsage ||= !(final && units !== null);
  }

  /**
   * The reader is gone: read on to the vendor's numbers where the vendor asks for that and there is room. What is read
   * is kept for a repeat with the same key, as if the caller had stayed.
   */
  async #drain(): Promise<void> {
    const { iterator } = this.#pursued.value;
    this.#noteLeaving();
    const policy = aiVendorOf(this.#gateway, this.#pursued.route).onDisconnect;
    try {
      if (policy === "drain" && this.#drains() < maxDrains) {
        this.#limitDrain();
        for (let next = await iterator.next(); !next.done; next = await iterator.next()) this.#keep(next.value);
        this.#readToEnd = true;
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#pursued.egress.close();
      await this.#settle().catch((error: unknown) =>
        this.#gateway.log.error({ err: error }, "drained stream not settled"),
      );
    }
  }

  #drains(): number {
    let count = 0;
    for (const { draining } of this.#gateway.liveStreams.values()) if (draining) count += 1;
    return count;
  }

  /** However slowly the vendor goes on, a stream nobody reads ends in bounded time. */
  #limitDrain(): void {
    if (this.#draining) return;
    this.#draining = true;
    const { operationId } = this.#pursued.leg;
    this.#gateway.liveStreams.set(operationId, { progress: () => this.#settlement(), draining: true });
    const timer = setTimeout(() => this.#pursued.egress.close(), drainMs);
    timer.unref();
    this.#end.promise.finally(() => clearTimeout(timer)).catch(() => undefined);
  }

  #keep(chunk: C): void {
    if (!this.#kept) return;
    const bytes = this.#request.encodeChunk(chunk);
    this.#keptBytes += bytes.byteLength;
    if (this.#keptBytes > maxKeptBytes) this.#kept = undefined;
    else this.#kept.push(bytes);
  }

  #settlement(): Settlement {
    const { route, leg, value } = this.#pursued;
    const meter = value.streaming.meter();
    return settlementOf(this.#gateway, {
      ctx: this.#ctx,
      route,
      size: this.#admitted.size,
      heldNanos: leg.heldNanos,
      metered: meter,
      deliveredBytes: meter.deliveredBytes,
      outputLimit: outputLimitOf(this.#request.size, aiVendorOf(this.#gateway, route), route.model),
      callerLeft: this.#leftBeforeUsage,
    });
  }

  async #settle(): Promise<void> {
    const { route, leg, value } = this.#pursued;
    const metered = value.streaming.meter();
    const settlement = this.#settlement();
    const facts = factsOf(this.#request, leg, route, settlement, metered);
    const whole = this.#readToEnd && this.#failure === undefined ? this.#kept : undefined;
    try {
      await recordAnswer({
        gateway: this.#gateway,
        ctx: this.#ctx,
        request: this.#request,
        leg,
        route,
        startedAtMs: this.#admitted.startedAtMs,
        settlement,
        metered,
        firstByteMs: this.#firstByteMs,
        errorCode: this.#failure === undefined ? undefined : "PROVIDER_BAD_RESPONSE",
        answer: whole && storedAnswerOf(facts, settlement.units, encodeChunks(whole)),
      });
      this.#admitted.rate.correct(totalTokens(settlement.units));
      this.#end.resolve({ facts, units: settlement.units });
    } catch (error) {
      this.#end.reject(error);
      throw error;
    } finally {
      this.#gateway.liveStreams.delete(leg.operationId);
    }
  }

  #brokenOff(): NexusError {
    return new NexusError("PROVIDER_BAD_RESPONSE", {
      message: "The vendor broke the stream off.",
      effect: "done",
      operationId: this.#pursued.leg.operationId,
      cause: this.#failure,
    });
  }
}
