import { Worker } from "node:worker_threads";
import type { MediaFinding, MediaJob, MediaLook } from "./media-worker.ts";

/** What a look into a file found; undefined where it could not be read in time. */
type Facts = MediaFinding["facts"];

interface Waiting {
  readonly job: MediaJob;
  readonly owner: string;
  readonly sinceMs: number;
  readonly done: (facts: Facts) => void;
}

/** A place for one file at a time, with its thread once there was one. */
interface Seat {
  worker: Worker | undefined;
  present: Waiting | undefined;
  timer: NodeJS.Timeout | undefined;
}

const heapMb = 256;
/** Files that wait, of everybody and of one owner; the next is not looked into at all. */
const maxWaiting = 256;
const maxWaitingOfOne = 64;

/**
 * Threads that look into files, each for a bounded time. An owner has one seat at a time, so that a file made to be slow
 * costs its sender the dearest reading, and no other owner waits on it.
 */
export class MediaBench {
  readonly #entry: URL;
  readonly #patienceMs: number;
  readonly #waiting: Waiting[] = [];
  readonly #seats: readonly Seat[];
  #ids = 0;

  constructor(entry: URL, patienceMs: number, seats = 2) {
    this.#entry = entry;
    this.#patienceMs = patienceMs;
    this.#seats = Array.from({ length: seats }, () => ({ worker: undefined, present: undefined, timer: undefined }));
  }

  look(asked: MediaLook, owner: string): Promise<Facts> {
    const own = this.#waiting.reduce((count, one) => (one.owner === owner ? count + 1 : count), 0);
    if (own >= maxWaitingOfOne || this.#waiting.length >= maxWaiting) return Promise.resolve(undefined);
    return new Promise((done) => {
      const job = { id: (this.#ids += 1), ...asked };
      this.#waiting.push({ job, owner, sinceMs: performance.now(), done });
      this.#next();
    });
  }

  #next(): void {
    for (const seat of this.#seats) {
      if (seat.present !== undefined) continue;
      const next = this.#takeNext();
      if (next === undefined) return;
      seat.present = next;
      const worker = (seat.worker ??= this.#start(seat));
      worker.ref();
      seat.timer = setTimeout(() => this.#stop(seat), this.#patienceMs);
      worker.postMessage(next.job, []);
    }
  }

  /** The first file whose owner has no seat. */
  #takeNext(): Waiting | undefined {
    const seated = new Set(this.#seats.map(({ present }) => present?.owner));
    let index = this.#waiting.findIndex(({ owner }) => !seated.has(owner));
    while (index >= 0) {
      const [next] = this.#waiting.splice(index, 1);
      if (next === undefined || performance.now() - next.sinceMs <= this.#patienceMs) return next;
      // Who waited long behind slow files is not kept longer: theirs is held at the dearest reading.
      next.done(undefined);
      index = this.#waiting.findIndex(({ owner }) => !seated.has(owner));
    }
    return undefined;
  }

  #start(seat: Seat): Worker {
    const worker = new Worker(this.#entry, {
      // It needs nothing of the process: no environment, no arguments of its own.
      env: {},
      execArgv: ["--disable-warning=ExperimentalWarning"],
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    worker.on("message", ({ id, facts }: MediaFinding) => {
      if (id === seat.present?.job.id) this.#finish(seat, facts);
    });
    worker.on("error", () => this.#lost(seat, worker));
    worker.on("exit", () => this.#lost(seat, worker));
    return worker;
  }

  #stop(seat: Seat): void {
    const { worker } = seat;
    seat.worker = undefined;
    void worker?.terminate();
    this.#finish(seat, undefined);
  }

  #lost(seat: Seat, worker: Worker): void {
    if (seat.worker !== worker) return;
    seat.worker = undefined;
    this.#finish(seat, undefined);
  }

  #finish(seat: Seat, facts: Facts): void {
    clearTimeout(seat.timer);
    const { present } = seat;
    seat.present = undefined;
    // Idle, it keeps no process alive.
    seat.worker?.unref();
    present?.done(facts);
    this.#next();
  }
}
