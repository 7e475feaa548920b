import {
  endRunning,
  keepEvents,
  keepingBounds,
  noteStarted,
  type KeptStatus,
  type RunningTurn,
  type WireObject,
} from "../../domain/responses/index.ts";
import { NexusError } from "../../errors.ts";
import { caughtError } from "../caught-error.ts";
import type { ResponsesDoorDeps } from "./responses-door-deps.ts";
import { RunningEvents } from "./running-events.ts";
import { toldFailure } from "./told-failure.ts";

interface BeginRun {
  readonly door: ResponsesDoorDeps;
  /** What is kept of it already. */
  readonly turn: RunningTurn;
  readonly requestId: string;
  /** Ends the call, as a caller does who leaves. */
  readonly leave: () => void;
}

const endings = ["completed", "incomplete", "failed"] as const;

const isRecord = (value: unknown): value is WireObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Between tries to write an end down; beyond them its row tells that the process was lost. */
const patienceMs = [200, 1_000, 3_000, 6_000];

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

const tooMuch = (): NexusError =>
  new NexusError("PAYLOAD_TOO_LARGE", {
    message: `The events of a response in the background may have ${keepingBounds.bytesOfEvents} bytes together.`,
    effect: "done",
    details: { maxBytes: keepingBounds.bytesOfEvents },
  });

/** A response on its way: what is said is numbered, kept, and given to whoever reads it; its end is written down once. */
export class BackgroundRun {
  readonly events: RunningEvents;
  readonly #options: BeginRun;
  readonly #items: WireObject[] = [];
  #response: WireObject;
  /** How many events are kept. */
  #kept = 0;
  #keeping: Promise<void> = Promise.resolve();
  #ending: Promise<void> | undefined;

  constructor(options: BeginRun) {
    const { response, streamed } = options.turn;
    this.#options = options;
    this.#response = response;
    this.events = new RunningEvents(streamed === true);
    for (const type of ["response.created", "response.queued"]) this.events.add(type, { response });
  }

  get responseId(): string {
    return this.#options.turn.responseId;
  }

  /** Reads what its call says to the end, and ends with it. */
  async follow(documents: AsyncIterable<WireObject>): Promise<void> {
    try {
      for await (const document of documents) {
        if (this.#response["status"] === "queued") this.#start();
        this.#take(document);
        if (this.#ending !== undefined) break;
      }
      if (this.#ending === undefined) throw new NexusError("PROVIDER_BAD_RESPONSE", { effect: "done" });
    } catch (error) {
      this.fail(error);
    }
    await this.#ending;
  }

  #start(): void {
    const { deps } = this.#options.door;
    this.#response = { ...this.#response, status: "in_progress" };
    noteStarted(deps, this.responseId).catch((error: unknown) =>
      deps.log.warn({ err: error, responseId: this.responseId }, "not noted that a response in the background runs"),
    );
  }

  #take(document: WireObject): void {
    const { type, response, sequence_number: _number, ...rest } = document;
    // They were told when the call was taken.
    if (typeof type !== "string" || type === "response.created" || type === "response.queued") return;
    if (type === "error") return this.#end("failed", { ...this.#soFar(), error: rest });
    if (type === "response.output_item.done" && isRecord(rest["item"])) this.#items.push(rest["item"]);
    if (!isRecord(response)) {
      this.events.add(type, rest);
      if (this.events.bytes > keepingBounds.bytesOfEvents) throw tooMuch();
      return;
    }
    // A call that was tried a second time is another operation; the response stays the one that was told.
    const own = { ...response, id: this.#response["id"], created_at: this.#response["created_at"] };
    const ending = endings.find((one) => type === `response.${one}`);
    if (ending !== undefined) return this.#end(ending, own);
    this.#response = own;
    this.events.add(type, { response: own });
  }

  #soFar(): WireObject {
    return { ...this.#response, output: this.#items };
  }

  /** Once its end is written down. */
  async ended(): Promise<void> {
    await this.#ending;
  }

  /** Ends it where its call broke off. */
  fail(error: unknown): void {
    const { leave, requestId } = this.#options;
    leave();
    this.#end("failed", { ...this.#soFar(), error: toldFailure(caughtError(error), requestId) });
  }

  /** Ends it for whoever asked for that; its call is ended as of a caller who leaves. */
  async cancel(): Promise<void> {
    this.#options.leave();
    this.#end("cancelled", this.#soFar());
    await this.#ending;
  }

  #end(status: KeptStatus, response: WireObject): void {
    this.#ending ??= this.#writeEnd(status, { ...response, status });
  }

  /** Keeps the events that are not kept yet; what fails is tried again with the next ones. */
  keep(): Promise<void> {
    const { deps } = this.#options.door;
    this.#keeping = this.#keeping
      .then(async () => {
        const fresh = this.events.since(this.#kept);
        if (fresh.events.length === 0 || this.#ending !== undefined) return;
        await keepEvents(deps, this.responseId, fresh);
        this.#kept += fresh.events.length;
      })
      .catch((error: unknown) =>
        deps.log.warn(
          { err: error, responseId: this.responseId },
          "events of a response in the background were not kept",
        ),
      );
    return this.#keeping;
  }

  async #writeEnd(status: KeptStatus, response: WireObject): Promise<void> {
    const { turn, door } = this.#options;
    const { deps, metrics } = door;
    await this.#keeping;
    // No event says that a response was cancelled: its stream ends.
    const last = status === "cancelled" ? undefined : this.events.next(`response.${status}`, { response });
    const { first, events } = this.events.since(this.#kept);
    const unkept = { first, events: last === undefined || turn.streamed !== true ? events : [...events, last] };
    const ended = { ...turn, status, response, last: unkept, bytesOfEvents: this.events.bytes };
    const isKept = await this.#patiently(() => endRunning(deps, ended));
    metrics.responsesKept.inc({ outcome: isKept === true ? "kept" : "lost" });
    // Where it was taken for lost, everybody else is told so: its readers are told no other end.
    if (last !== undefined && isKept !== false) this.events.push(last);
    this.events.end();
  }

  /** Undefined where nobody knows. */
  async #patiently(write: () => Promise<boolean>): Promise<boolean | undefined> {
    const { log } = this.#options.door.deps;
    for (const ms of [...patienceMs, undefined])
      try {
        return await write();
      } catch (error) {
        log.error({ err: error, responseId: this.responseId }, "the end of a response in the background was not kept");
        if (ms !== undefined) await pause(ms);
      }
    return undefined;
  }
}
