import type { ErrorWindow } from "./error-window.ts";
import type { CircuitReason, CircuitScope, OpenCircuit } from "./route.ts";

interface CircuitFacts {
  readonly scope: CircuitScope;
  readonly vendor: string;
  readonly model: string | undefined;
  readonly credentialId: string | undefined;
  /** Where it is an address's. */
  readonly baseUrl: string | undefined;
  /** Whose calls alone meet it; undefined: everybody's. */
  readonly organizationId: string | undefined;
  readonly version: number | undefined;
  /** Undefined where nothing is counted: one refusal says it all. */
  readonly window: ErrorWindow | undefined;
}

/** Who might meet a circuit, and with what. */
export interface CircuitMeeting {
  readonly organizationId: string;
  readonly credentials: readonly { readonly vendor: string; readonly id: string; readonly baseUrl: string }[];
}

/** One circuit: its key and its state. */
export class CircuitEntry {
  readonly version: number | undefined;
  readonly window: ErrorWindow | undefined;
  readonly #facts: CircuitFacts;
  reason: CircuitReason | undefined;
  openUntil = 0;
  #openedAt = 0;
  probeUntil = 0;
  /** Whose probe was the last to fail. */
  #lastProbe: string | undefined;
  /** Refusals one after the other, for the back-off. */
  refusals = 0;
  /** Probes that failed one after the other, for the back-off. */
  failedProbes = 0;

  constructor(facts: CircuitFacts) {
    this.#facts = facts;
    this.version = facts.version;
    this.window = facts.window;
  }

  open(reason: CircuitReason, untilMs: number, nowMs: number): void {
    if (this.reason === undefined) this.#openedAt = nowMs;
    this.reason = reason;
    this.openUntil = untilMs;
    this.probeUntil = 0;
  }

  close(): void {
    this.reason = undefined;
    this.openUntil = 0;
    this.probeUntil = 0;
    this.refusals = 0;
    this.failedProbes = 0;
    this.#lastProbe = undefined;
    this.window?.clear();
  }

  /**
   * Whether a failure in the half-open state opens it again. One organization's probes do so once: where its own requests
   * are what fails, it does not keep a circuit open that others share.
   */
  isFailedProbe(reason: CircuitReason, organizationId: string, shared: boolean): boolean {
    if (this.reason !== reason || (shared && reason === "errors" && this.#lastProbe === organizationId)) return false;
    this.#lastProbe = organizationId;
    this.failedProbes += 1;
    return true;
  }

  isRefusal(): boolean {
    return this.reason === "credential" || this.reason === "account" || this.reason === "access";
  }

  /** Whether calls of an organization meet it that is paid for with these credentials. */
  isMetBy({ organizationId, credentials }: CircuitMeeting): boolean {
    const facts = this.#facts;
    if (facts.organizationId !== undefined && facts.organizationId !== organizationId) return false;
    return credentials.some(
      ({ vendor, id, baseUrl }) =>
        vendor === facts.vendor &&
        (facts.credentialId === undefined || facts.credentialId === id) &&
        (facts.baseUrl === undefined || facts.baseUrl === baseUrl),
    );
  }

  /** Open, and its time is not over. */
  waits(nowMs: number): boolean {
    return this.reason !== undefined && nowMs < this.openUntil;
  }

  /** Its state; undefined while it is closed. */
  facts(nowMs: number): OpenCircuit | undefined {
    if (this.reason === undefined) return undefined;
    const { scope, vendor, model, credentialId } = this.#facts;
    const leftMs = Math.max(this.openUntil, this.probeUntil) - nowMs;
    return {
      scope,
      vendor,
      model,
      credentialId,
      reason: this.reason,
      retryAfterMs: Math.max(Math.ceil(leftMs), 0),
      openForMs: Math.max(Math.floor(nowMs - this.#openedAt), 0),
    };
  }
}
