import type { Doubt } from "../contracts/doubt.ts";
import { ProviderError, isTold, type ProviderFailure, type Streaming } from "../contracts/vendor-call.ts";
import { NexusError } from "../errors.ts";
import type { Settlement, StreamRequest } from "../families/family.ts";
import { brokenStreamErrorOf } from "./doubt-error.ts";
import { endCall, type Ending } from "./end-call.ts";
import type { Gateway } from "./gateway.ts";
import { encodeChunks } from "./replay.ts";
import type { Ended, StreamReply } from "./reply.ts";
import type { Asking, TakenRoute } from "./try-routes.ts";

/** So many abandoned streams are read to the end at the same time, each until its call's deadline at most. */
const maxDrains = 200;
/** A stream longer than this is not kept for replay; a retry gets an error that says it was done. */
const maxKeptBytes = 8 * 1024 * 1024;

/** A first chunk is asked for before a route counts as taken: until then another may take over. */
interface Opened<C> {
  readonly streaming: Streaming<C>;
  readonly iterator: AsyncIterator<C>;
  readonly first: IteratorResult<C>;
}

/** Asks a route for a stream, up to its first chunk. */
export const openStream = <C>(request: StreamRequest<C>): Asking<Opened<C>> => ({
  streamed: true,
  quiet: request.quiet,
  maxAnswerBytes: request.mostAnswerBytes,
  run: async (route, io) => {
    const streaming = await request.open(route, io);
    const iterator = streaming.chunks[Symbol.asyncIterator]();
    return { streaming, iterator, first: await firstOf(streaming, iterator) };
  },
});

/** A stream that fails before its first chunk may have reported its usage. */
const firstOf = async <C>(streaming: Streaming<C>, iterator: AsyncIterator<C>): Promise<IteratorResult<C>> => {
  try {
    return await iterator.next();
  } catch (error) {
    throw error instanceof ProviderError ? error.with(streaming.meter()) : error;
  }
};

/** Hands a stream on as it comes, and ends its reservation when it has ended, whoever is there to read it. */
export const followStream = <C>(
  gateway: Gateway,
  request: StreamRequest<C>,
  taken: TakenRoute<Opened<C>>,
): StreamReply<C> => new FollowedStream(gateway, request, taken).reply();

/** One stream from its first chunk to the end of its hold. */
class FollowedStream<C> {
  readonly #gateway: Gateway;
  readonly #request: StreamRequest<C>;
  readonly #taken: TakenRoute<Opened<C>>;
  readonly #firstByteMs: number;
  readonly #end: PromiseWithResolvers<Ended> = Promise.withResolvers();
  #kept: Uint8Array[] | undefined;
  #keptBytes = 0;
  /** The caller had gone before the vendor's numbers came. */
  #leftBeforeUsage = false;
  /** Every chunk was read, whether or not somebody was there to take it. */
  #readToEnd = false;
  #draining = false;
  #failure: unknown;
  #finished: Promise<void> | undefined;

  constructor(gateway: Gateway, request: StreamRequest<C>, taken: TakenRoute<Opened<C>>) {
    const { ctx, startedAtMs } = taken.reservation;
    this.#gateway = gateway;
    this.#request = request;
    this.#taken = taken;
    this.#firstByteMs = gateway.clock.monotonic() - startedAtMs;
    this.#kept = ctx.idempotencyKey === undefined ? undefined : [];
    // A settle that fails is logged by the ledger; nobody may be waiting here.
    this.#end.promise.catch(() => undefined);
  }

  reply(): StreamReply<C> {
    const { operationId, route, rate, ctx } = this.#taken.reservation;
    this.#checkpoint();
    const offCut = this.#gateway.underWay.onCut(() => this.#cut());
    this.#end.promise.then(offCut, offCut);
    // A generator that is never begun never runs its `finally`: a caller that left already is drained from here.
    const chunks = this.#chunks();
    if (ctx.signal.aborted)
      void chunks.next().then(
        () => chunks.return(),
        () => undefined,
      );
    return {
      start: { ...route.target, operationId },
      chunks,
      end: this.#end.promise,
      replayed: false,
      allowance: rate.allowance,
    };
  }

  async *#chunks(): AsyncGenerator<C, void, void> {
    const { iterator, first } = this.#taken.value;
    const { signal } = this.#taken.reservation.ctx;
    const onLeave = (): void => {
      this.#noteLeaving();
      this.#claimDrain();
    };
    signal.addEventListener("abort", onLeave, { once: true });
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
      signal.removeEventListener("abort", onLeave);
      if (!ended) void this.#drain();
    }
    await this.#finish();
    if (this.#failure !== undefined) throw this.#brokenOff();
  }

  #noteLeaving(): void {
    this.#leftBeforeUsage ||= !isTold(this.#taken.value.streaming.meter());
  }

  /**
   * The reader is gone: read on to the vendor's numbers where the vendor asks for that and there is room. What is read
   * is kept for a repeat with the same key, as if the caller had stayed.
   */
  async #drain(): Promise<void> {
    const { iterator } = this.#taken.value;
    this.#noteLeaving();
    try {
      if (this.#claimDrain()) {
        for (let next = await iterator.next(); !next.done; next = await iterator.next()) this.#keep(next.value);
        this.#readToEnd = true;
      }
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#taken.egress.close();
      await this.#finish().catch((error: unknown) =>
        this.#gateway.log.error({ err: error }, "drained stream not settled"),
      );
    }
  }

  /** Whether the stream is read to its end: where its vendor goes on all the same, and there is room. */
  #claimDrain(): boolean {
    if (this.#draining) return true;
    if (!this.#taken.reservation.route.readsOn || this.#drains() >= maxDrains) return false;
    this.#draining = true;
    this.#checkpoint();
    return true;
  }

  /** Makes the stream known to the checkpoints, with what it has used when they ask. */
  #checkpoint(): void {
    const { liveStreams } = this.#gateway;
    const { operationId } = this.#taken.reservation;
    liveStreams.set(operationId, { progress: () => this.#settlement(), draining: this.#draining });
  }

  #drains(): number {
    let count = 0;
    for (const { draining } of this.#gateway.liveStreams.values()) if (draining) count += 1;
    return count;
  }

  /** The process must stop: nobody may be there to read on to the failure. */
  #cut(): void {
    this.#taken.egress.close();
    this.#finish().catch((error: unknown) => this.#gateway.log.error({ err: error }, "cut stream not settled"));
  }

  #keep(chunk: C): void {
    if (!this.#kept) return;
    const bytes = this.#request.encodeChunk(chunk);
    this.#keptBytes += bytes.byteLength;
    if (this.#keptBytes > maxKeptBytes) this.#kept = undefined;
    else this.#kept.push(bytes);
  }

  #settlement(): Settlement {
    const { route, heldNanos } = this.#taken.reservation;
    const metered = this.#taken.value.streaming.meter();
    const { deliveredBytes } = metered;
    return route.settlement({ metered, deliveredBytes, whole: false, callerLeft: this.#leftBeforeUsage, heldNanos });
  }

  /** Why the cost of the stream is unknown; undefined where the vendor reported its usage, or the whole answer came. */
  #doubt(): Doubt | undefined {
    const meter = this.#taken.value.streaming.meter();
    if (isTold(meter)) return undefined;
    if (this.#gateway.underWay.isCut() && !this.#readToEnd) return "process_lost";
    if (this.#failure !== undefined) return this.#vendorFailure()?.doubt ?? "cut";
    if (!this.#readToEnd) return "left";
    return meter.complete ? undefined : "cut";
  }

  #vendorFailure(): ProviderFailure | undefined {
    return this.#failure instanceof ProviderError ? this.#failure.failure : undefined;
  }

  /** A stream that fails late counts against its route like one that fails early; a slow reader does not. */
  #reportRoute(): void {
    const { reservation, egress } = this.#taken;
    const { ctx, route } = reservation;
    const failure = this.#vendorFailure();
    if (this.#gateway.underWay.isCut() || egress.wire.readerWasSlow) return;
    if (failure !== undefined) this.#gateway.report(ctx, route, failure);
    else if (this.#readToEnd) this.#gateway.report(ctx, route, "finished");
  }

  /** Once, whoever comes first: the reader, the drain, or the end of the process. */
  #finish(): Promise<void> {
    return (this.#finished ??= this.#record());
  }

  async #record(): Promise<void> {
    const { reservation } = this.#taken;
    this.#reportRoute();
    try {
      this.#end.resolve(await endCall(this.#gateway, reservation, this.#ending()));
    } catch (error) {
      this.#end.reject(error);
      throw error;
    } finally {
      this.#gateway.liveStreams.delete(reservation.operationId);
    }
  }

  #ending(): Exclude<Ending, { readonly end: "release" }> {
    const metered = this.#taken.value.streaming.meter();
    const doubt = this.#doubt();
    const broken = this.#failure !== undefined || doubt !== undefined;
    const common = {
      metered,
      deliveredBytes: metered.deliveredBytes,
      firstByteMs: this.#firstByteMs,
      errorCode: broken ? brokenStreamErrorOf(doubt).code : undefined,
    };
    if (doubt !== undefined) return { ...common, end: "keep", doubt };
    const kept = this.#readToEnd && this.#failure === undefined ? this.#kept : undefined;
    return {
      ...common,
      end: "settle",
      whole: this.#failure === undefined,
      callerLeft: this.#leftBeforeUsage,
      reply: () => kept && encodeChunks(kept),
    };
  }

  #brokenOff(): NexusError {
    const { code, message } = brokenStreamErrorOf(this.#doubt());
    return new NexusError(code, {
      message,
      effect: "done",
      operationId: this.#taken.reservation.operationId,
      cause: this.#failure,
    });
  }
}
