import type { NexusFacts } from "../contracts/ai.ts";
import type { CallContext } from "../contracts/call-context.ts";
import type { Doubt } from "../contracts/doubt.ts";
import { ProviderError, type ProviderFailure, type Streaming } from "../contracts/provider.ts";
import { NexusError } from "../errors.ts";
import { admit, type Admitted } from "./admit.ts";
import { aiVendorOf } from "./attempt.ts";
import { toldOfBrokenStream } from "./doubt-error.ts";
import type { Gateway, RateAllowance } from "./gateway.ts";
import type { StreamRequest } from "./metered-request.ts";
import { pursue, type Pursued } from "./pursue.ts";
import { factsOf, recordAnswer, recordDoubt } from "./record.ts";
import { encodeChunks, replayStream, storedAnswerOf } from "./replay.ts";
import { isTold, settlementOf, totalTokens, unitsSoFar, type Settlement } from "./settlement.ts";

/** What is known of a stream before it has ended. */
export interface StreamStart {
  readonly operationId: string;
  readonly vendor: string;
  readonly model: string;
  readonly credentialTier: NexusFacts["credentialTier"];
}

/** How a stream ended, once its row is settled, or kept in doubt. */
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

/** So many abandoned streams are read to the end at the same time, each until its call's deadline at most. */
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
  const end = gateway.underWay.begin();
  try {
    const reply = await open(gateway, request, ctx);
    reply.end.then(end, end);
    return reply;
  } catch (error) {
    end();
    throw error;
  }
};

const open = async <C>(gateway: Gateway, request: StreamRequest<C>, ctx: CallContext): Promise<StreamReply<C>> => {
  const admitted = await admit(gateway, request, ctx);
  if (admitted.kind === "replay") return replayed(gateway, request, ctx, admitted.operationId);

  const pursued = await pursue<Opened<C>>({
    gateway,
    ctx,
    request,
    admitted,
    streamed: true,
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

/** One stream from its first chunk to the end of its hold. */
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
  #ending: Promise<void> | undefined;

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
    this.#gateway.liveStreams.set(leg.operationId, { progress: () => this.#settlement(false), draining: false });
    const offCut = this.#gateway.underWay.onCut(() => this.#cut());
    this.#end.promise.then(offCut, offCut);
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
      this.#claimDrain();
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
    await this.#finish();
    if (this.#failure !== undefined) throw this.#brokenOff();
  }

  #noteLeaving(): void {
    this.#leftBeforeUsage ||= !isTold(this.#pursued.value.streaming.meter());
  }

  /**
   * The reader is gone: read on to the vendor's numbers where the vendor asks for that and there is room. What is read
   * is kept for a repeat with the same key, as if the caller had stayed.
   */
  async #drain(): Promise<void> {
    const { iterator } = this.#pursued.value;
    this.#noteLeaving();
    try {
      if (this.#claimDrain()) {
        for (let next = await iterator.next(); !next.done; next = await iterator.next()) this.#keep(next.value);
        this.#readToEnd = true;
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#pursued.egress.close();
      await this.#finish().catch((error: unknown) =>
        this.#gateway.log.error({ err: error }, "drained stream not settled"),
      );
    }
  }

  /** Whether the stream is read to its end: where its vendor goes on all the same, and there is room. */
  #claimDrain(): boolean {
    if (this.#draining) return true;
    const { leg, route } = this.#pursued;
    if (aiVendorOf(this.#gateway, route).onDisconnect === "abort" || this.#drains() >= maxDrains) return false;
    this.#draining = true;
    this.#gateway.liveStreams.set(leg.operationId, { progress: () => this.#settlement(false), draining: true });
    return true;
  }

  #drains(): number {
    let count = 0;
    for (const { draining } of this.#gateway.liveStreams.values()) if (draining) count += 1;
    return count;
  }

  /** The process must stop: nobody may be there to read on to the failure. */
  #cut(): void {
    this.#pursued.egress.close();
    this.#finish().catch((error: unknown) => this.#gateway.log.error({ err: error }, "cut stream not settled"));
  }

  #keep(chunk: C): void {
    if (!this.#kept) return;
    const bytes = this.#request.encodeChunk(chunk);
    this.#keptBytes += bytes.byteLength;
    if (this.#keptBytes > maxKeptBytes) this.#kept = undefined;
    else this.#kept.push(bytes);
  }

  #settlement(whole: boolean): Settlement {
    const { route, leg, value } = this.#pursued;
    const meter = value.streaming.meter();
    return settlementOf(this.#gateway, {
      ctx: this.#ctx,
      route,
      size: this.#admitted.size,
      heldNanos: leg.heldNanos,
      metered: meter,
      deliveredBytes: meter.deliveredBytes,
      whole,
      callerLeft: this.#leftBeforeUsage,
    });
  }

  /** Why nobody can tell what the stream has cost; undefined where the vendor told, or all of the answer came. */
  #doubt(): Doubt | undefined {
    const meter = this.#pursued.value.streaming.meter();
    if (isTold(meter)) return undefined;
    if (this.#gateway.underWay.isCut() && !this.#readToEnd) return "process_lost";
    if (this.#failure !== undefined) return this.#vendorFailure()?.doubt ?? "cut";
    if (!this.#readToEnd) return "left";
    return meter.complete ? undefined : "cut";
  }

  #vendorFailure(): ProviderFailure | undefined {
    return this.#failure instanceof ProviderError ? this.#failure.failure : undefined;
  }

  /** A stream that fails late says of its route what one that fails early does; a reader that is slow says nothing of it. */
  #tellRoute(): void {
    const { route, egress } = this.#pursued;
    const failure = this.#vendorFailure();
    if (this.#gateway.underWay.isCut() || egress.wire.readerWasSlow) return;
    if (failure !== undefined) this.#gateway.report(this.#ctx, route, failure);
    else if (this.#readToEnd) this.#gateway.report(this.#ctx, route, "finished");
  }

  /** Once, whoever comes first: the reader, the drain, or the end of the process. */
  #finish(): Promise<void> {
    return (this.#ending ??= this.#record());
  }

  async #record(): Promise<void> {
    const { route, leg, value } = this.#pursued;
    const metered = value.streaming.meter();
    const doubt = this.#doubt();
    const common = {
      gateway: this.#gateway,
      ctx: this.#ctx,
      request: this.#request,
      leg,
      route,
      startedAtMs: this.#admitted.startedAtMs,
      metered,
      firstByteMs: this.#firstByteMs,
      errorCode: this.#failure === undefined && doubt === undefined ? undefined : toldOfBrokenStream(doubt).code,
    };
    this.#tellRoute();
    try {
      if (doubt === undefined) {
        const settlement = this.#settlement(this.#failure === undefined);
        const facts = factsOf(this.#request, leg, route, settlement, metered);
        const whole = this.#readToEnd && this.#failure === undefined ? this.#kept : undefined;
        const answer = whole && storedAnswerOf(facts, settlement.units, encodeChunks(whole));
        await recordAnswer({ ...common, settlement, answer });
        this.#admitted.rate.correct(totalTokens(settlement.units));
        this.#end.resolve({ facts, units: settlement.units });
      } else {
        const { deliveredBytes } = metered;
        const units = unitsSoFar(this.#gateway, { route, size: this.#admitted.size, metered, deliveredBytes });
        await recordDoubt({ ...common, doubt, unitsSoFar: units });
        const facts = factsOf(
          this.#request,
          leg,
          route,
          { costNanos: leg.heldNanos, source: "estimated", doubt },
          metered,
        );
        this.#end.resolve({ facts, units });
      }
    } catch (error) {
      this.#end.reject(error);
      throw error;
    } finally {
      this.#gateway.liveStreams.delete(leg.operationId);
    }
  }

  #brokenOff(): NexusError {
    const { code, message } = toldOfBrokenStream(this.#doubt());
    return new NexusError(code, {
      message,
      effect: "done",
      operationId: this.#pursued.leg.operationId,
      cause: this.#failure,
    });
  }
}
