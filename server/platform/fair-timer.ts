interface FairTimerOptions {
  readonly ms: number;
  /** A value that changes when bytes arrive: the timer waits while it changes. */
  readonly received: () => unknown;
  readonly onTimeout: () => void;
}

/** A timer that fires this late was delayed because the process was paused. */
const pausedMs = 1_000;
/** How long a paused process then has to read what has arrived. */
const graceMs = 10_000;
/** How long arriving bytes may delay a time-out that is due. */
const readMs = 1_000;

/**
 * A time-out that does not fire before what has arrived in the sockets has been read. Node runs timers before it reads
 * sockets: without this, a process that was paused or busy finds a limit passed although the answer is there.
 */
export class FairTimer {
  readonly #options: FairTimerOptions;
  #timer: NodeJS.Timeout | undefined;
  #timerMs = -1;
  #check: NodeJS.Immediate | undefined;
  #dueAt = 0;
  #excused = false;

  constructor(options: FairTimerOptions) {
    this.#options = options;
    this.refresh();
  }

  /** Starts again from zero. */
  refresh(): void {
    this.#excused = false;
    this.#arm(this.#options.ms);
  }

  clear(): void {
    clearTimeout(this.#timer);
    clearImmediate(this.#check);
    this.#timer = undefined;
    this.#check = undefined;
  }

  #arm(ms: number): void {
    clearImmediate(this.#check);
    this.#check = undefined;
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
    if (lateMs > pausedMs && !this.#excused) {
      this.#excused = true;
      this.#arm(Math.min(this.#options.ms, graceMs));
    } else this.#checkOnce(this.#options.received());
  };

  /** The event loop reads sockets before it runs this immediate. */
  #checkOnce(before: unknown): void {
    this.#check = setImmediate(() => {
      const now = this.#options.received();
      if (now !== before && performance.now() - this.#dueAt < readMs) this.#checkOnce(now);
      else this.#options.onTimeout();
    });
  }
}
