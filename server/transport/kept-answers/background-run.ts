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
import type { KeptDoorDeps } from "./kept-door-deps.ts";
import type { AnswerStory, KeptWire } from "./kept-wire.ts";
import { RunningEvents } from "./running-events.ts";

interface BeginRun {
  readonly door: KeptDoorDeps;
  readonly wire: KeptWire;
  /** What is kept of it already. */
  readonly turn: RunningTurn;
  readonly requestId: string;
  /** Ends the call, as a caller does who leaves. */
  readonly leave: () => void;
}

/** Between tries to write an end down; beyond them its row tells that the process was lost. */
const patienceMs = [200, 1_000, 3_000, 6_000];

const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });

const tooMuch = (): NexusError =>
  new NexusError("PAYLOAD_TOO_LARGE", {
    message: `The events of an answer in the background may have ${keepingBounds.bytesOfEvents} bytes together.`,
    effect: "done",
    details: { maxBytes: keepingBounds.bytesOfEvents },
  });

/** An answer on its way: what is said is numbered, kept, and given to whoever reads it; its end is written down once. */
export class BackgroundRun {
  readonly events: RunningEvents;
  readonly #options: BeginRun;
  readonly #story: AnswerStory;
  #begun = false;
  /** How many events are kept. */
  #kept = 0;
  #keeping: Promise<void> = Promise.resolve();
  #ending: Promise<void> | undefined;

  constructor(options: BeginRun) {
    const { turn, wire } = options;
    this.#options = options;
    this.#story = wire.story(turn.response);
    this.events = new RunningEvents(wire, turn.streamed === true);
    for (const event of wire.opening(turn.response)) this.events.add(event);
  }

  get responseId(): string {
    return this.#options.turn.responseId;
  }

  /** Reads what its call says to the end, and ends with it. */
  async follow(documents: AsyncIterable<WireObject>): Promise<void> {
    try {
      for await (const document of documents) {
        if (!this.#begun) this.#start();
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
    this.#begun = true;
    noteStarted(deps, this.responseId).catch((error: unknown) =>
      deps.log.warn({ err: error, responseId: this.responseId }, "not noted that an answer in the background runs"),
    );
  }

  #take(document: WireObject): void {
    const told = this.#story.take(document);
    if (told === undefined) return;
    if (told.is === "end") return this.#end(told.status, told.answer);
    this.events.add(told.event);
    if (this.events.bytes > keepingBounds.bytesOfEvents) throw tooMuch();
  }

  /** Once its end is written down. */
  async ended(): Promise<void> {
    await this.#ending;
  }

  /** Ends it where its call broke off. */
  fail(error: unknown): void {
    const { leave, requestId, wire } = this.#options;
    leave();
    this.#end("failed", {
      ...this.#story.soFar(),
      ...wire.failedWith(caughtError(error), requestId),
      status: "failed",
    });
  }

  /** Ends it for whoever asked for that; its call is ended as of a caller who leaves. */
  async cancel(): Promise<void> {
    this.#options.leave();
    this.#end("cancelled", { ...this.#story.soFar(), status: "cancelled" });
    await this.#ending;
  }

  #end(status: KeptStatus, response: WireObject): void {
    this.#ending ??= this.#writeEnd(status, response);
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
          "events of an answer in the background were not kept",
        ),
      );
    return this.#keeping;
  }

  async #writeEnd(status: KeptStatus, response: WireObject): Promise<void> {
    const { turn, door, wire } = this.#options;
    const { deps, metrics } = door;
    await this.#keeping;
    const ending = wire.ending(status, response);
    const last = ending && this.events.next(ending);
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
        log.error({ err: error, responseId: this.responseId }, "the end of an answer in the background was not kept");
        if (ms !== undefined) await pause(ms);
      }
    return undefined;
  }
}
