import { Worker } from "node:worker_threads";
import type { MediaFinding, MediaJob } from "./media-worker.ts";

/** What a look into a file found; undefined where it could not be read in time. */
type Facts = MediaFinding["facts"];

interface Waiting {
  readonly job: MediaJob;
  readonly sinceMs: number;
  readonly done: (facts: Facts) => void;
}

const heapMb = 256;
/** Files that wait; the next is not looked into at all. */
const maxWaiting = 64;

/**
 * One thread that looks into files, one after the other, each for a bounded time: a file made to be slow costs its
 * sender the dearest reading, and nobody else's requests wait on it.
 */
export class MediaBench {
  readonly #entry: URL;
  readonly #patienceMs: number;
  readonly #waiting: Waiting[] = [];
  #worker: Worker | undefined;
  #present: Waiting | undefined;
  #timer: NodeJS.Timeout | undefined;
  #ids = 0;

  constructor(entry: URL, patienceMs: number) {
    this.#entry = entry;
    this.#patienceMs = patienceMs;
  }

  look(container: MediaJob["container"], bytes: Uint8Array): Promise<Facts> {
    if (this.#waiting.length >= maxWaiting) return Promise.resolve(undefined);
    return new Promise((done) => {
      const job = { id: (this.#ids += 1), container, bytes };
      this.#waiting.push({ job, sinceMs: performance.now(), done });
      this.#next();
    });
  }

  #next(): void {
    if (this.#present !== undefined) return;
    let next = this.#waiting.shift();
    // Who waited long behind slow files is not kept longer: theirs is held at the dearest reading.
    while (next !== undefined && performance.now() - next.sinceMs > this.#patienceMs) {
      next.done(undefined);
      next = this.#waiting.shift();
    }
    if (next === undefined) return;
    this.#present = next;
    const worker = (this.#worker ??= this.#start());
    worker.ref();
    this.#timer = setTimeout(() => this.#stop(), this.#patienceMs);
    worker.postMessage(next.job, []);
  }

  #start(): Worker {
    const worker = new Worker(this.#entry, {
      // It needs nothing of the process: no environment, no arguments of its own.
      env: {},
      execArgv: ["--disable-warning=ExperimentalWarning"],
      resourceLimits: { maxOldGenerationSizeMb: heapMb },
    });
    worker.on("message", ({ id, facts }: MediaFinding) => {
      if (id === this.#present?.job.id) this.#finish(facts);
    });
    worker.on("error", () => this.#lost(worker));
    worker.on("exit", () => this.#lost(worker));
    return worker;
  }

  #stop(): void {
    const worker = this.#worker;
    this.#worker = undefined;
    void worker?.terminate();
    this.#finish(undefined);
  }

  #lost(worker: Worker): void {
    if (this.#worker !== worker) return;
    this.#worker = undefined;
    this.#finish(undefined);
  }

  #finish(facts: Facts): void {
    clearTimeout(this.#timer);
    const present = this.#present;
    this.#present = undefined;
    // Idle, it keeps no process alive.
    this.#worker?.unref();
    present?.done(facts);
    this.#next();
  }
}
