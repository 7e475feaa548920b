import type { AiVendorRealtime } from "../../contracts/ai-vendor-realtime.ts";
import { nothingMetered, type Metered, type Streaming } from "../../contracts/vendor-call.ts";
import { EgressError } from "../../platform/egress/index.ts";

interface FeedLimits {
  /** Between two events of a response. */
  readonly silenceMs: number;
  /** For all of it. */
  readonly deadlineMs: number;
}

const textIn = (value: unknown): string => (typeof value === "string" ? value : "");

/** The events of one response as the call path follows them: a tick each, and at their end what was used. */
export class ResponseFeed {
  readonly #vendor: Pick<AiVendorRealtime, "meterOf" | "lost">;
  readonly #limits: FeedLimits;
  readonly #onSilence: () => void;
  #ticks = 0;
  #wake: (() => void) | undefined;
  #failure: Error | undefined;
  #metered: Metered = nothingMetered(undefined);
  #delivered = 0;
  #complete = false;
  #silence: NodeJS.Timeout | undefined;
  #deadline: NodeJS.Timeout | undefined;
  /** The vendor's id of it, once it has one. */
  id: string | undefined;

  constructor(vendor: Pick<AiVendorRealtime, "meterOf" | "lost">, limits: FeedLimits, onSilence: () => void) {
    this.#vendor = vendor;
    this.#limits = limits;
    this.#onSilence = onSilence;
  }

  /** It was asked for: from now on its vendor's silence says something. */
  start(): Streaming<number> {
    const late = (): void => {
      this.fail(this.#vendor.lost(new EgressError("idle", { sent: true })));
      this.#onSilence();
    };
    this.#silence = setTimeout(late, this.#limits.silenceMs);
    this.#deadline = setTimeout(late, this.#limits.deadlineMs);
    return {
      chunks: this.#chunks(),
      meter: () => ({ ...this.#metered, deliveredBytes: this.#delivered, complete: this.#complete }),
    };
  }

  /** An event that belongs to it. */
  see(event: Readonly<Record<string, unknown>>): void {
    this.#silence?.refresh();
    const { type, delta } = event;
    if (typeof type === "string" && type.endsWith(".delta"))
      this.#delivered += type === "response.output_audio.delta" ? 0 : Buffer.byteLength(textIn(delta));
    if (type === "response.done") {
      this.#metered = this.#vendor.meterOf(event["response"]);
      this.#complete = true;
    }
    this.#ticks += 1;
    this.#end(this.#complete);
  }

  fail(error: Error): void {
    if (this.#complete) return;
    this.#failure ??= error;
    this.#end(true);
  }

  get metered(): Metered {
    return this.#metered;
  }

  /** The vendor has made something of it. */
  get hasBegun(): boolean {
    return this.id !== undefined || this.#complete;
  }

  #end(ended: boolean): void {
    if (ended) {
      clearTimeout(this.#silence);
      clearTimeout(this.#deadline);
    }
    this.#wake?.();
  }

  async *#chunks(): AsyncGenerator<number, void, void> {
    let told = 0;
    for (;;) {
      while (told < this.#ticks) {
        told += 1;
        yield told;
      }
      if (this.#complete) return;
      if (this.#failure !== undefined) throw this.#failure;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
