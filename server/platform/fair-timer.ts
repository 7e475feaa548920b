interface FairTimerOptions {
  readonly ms: number;
  /** Whatever changes when bytes come: what was read while the timer was due makes it look again. */
  readonly heard: () => unknown;
  readonly strike: () => void;
}

/** A timer that is later than this was held up: the process stood still, and with it whatever it waits for. */
const stoodStillMs = 1_000;
/** What a process that stood still is given to hear what was said meanwhile. */
const graceMs = 10_000;
/** So long bytes that keep coming put a limit off, once it is due. */
const lookMs = 1_000;

/**
 * A time limit that does not strike before what lies in the sockets has been read. Timers run before sockets are looked
 * at: a process that was paused, or busy, finds a limit passed while the answer has long been there.
 */
export class FairTimer {
  readonly #options: FairTimerOptions;
  #timer: NodeJS.Timeout | undefined;
  #timerMs = -1;
  #look: NodeJS.Immediate | undefined;
  #dueAt = 0;
  #excused = false;

  constructor(options: FairTimerOptions) {
    this.#options = options;
    this.refresh();
  }

  /** Begins anew. */
  refresh(): void {
    this.#excused = false;
    this.#arm(this.#options.ms);
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#look);
    this.#timer = undefined;
    this.#look = undefined;
  }

  #arm(ms: number): void {
    clearImmediate(this.#look);
    this.#look = undefined;
    this.#dueAt = performance.now() + ms;
    if (this.#timer !== undefined && ms === this.#timerMs) {
      this.#timer.refresh();
      return;
    }
    clearTimeout(this.#timer);
    this.#timerMs = ms;
    this.#timer = setTimeout(this.#onDue, ms);
  }

  readonly #onDue = (): void => {
    const lateMs = performance.now() - this.#dueAt;
    if (lateMs > stoodStillMs && !this.#excused) {
      this.#excused = true;
      this.#arm(Math.min(this.#options.ms, graceMs));
    } else this.#lookOnce(this.#options.heard());
  };

  /** The loop comes by the sockets before it comes here. */
  #lookOnce(before: unknown): void {
    this.#look = setImmediate(() => {
      const now = this.#options.heard();
      if (now !== before && performance.now() - this.#dueAt < lookMs) this.#lookOnce(now);
      else this.#options.strike();
    });
  }
}
