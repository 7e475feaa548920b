import type { ProviderFailure } from "../../contracts/provider.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Circuit, CircuitReason } from "./route.ts";

/** Which credential was used; a new version is a new credential. */
interface CredentialRef {
  readonly id: string;
  readonly version: number;
}

/** What an attempt said about its route. `neutral` says nothing: the caller's own mistakes never count. */
export type CircuitOutcome =
  | { readonly kind: "ok" | "credential" | "errors" | "neutral" }
  | { readonly kind: "rate"; readonly retryAfterMs: number | undefined };

/** Reads a vendor failure as news about the route. */
export const outcomeOf = ({ code, retryAfterMs }: ProviderFailure): CircuitOutcome => {
  if (code === "PROVIDER_AUTH_FAILED") return { kind: "credential" };
  if (code === "PROVIDER_RATE_LIMITED") return { kind: "rate", retryAfterMs };
  const failed = code === "PROVIDER_UNAVAILABLE" || code === "PROVIDER_TIMEOUT" || code === "PROVIDER_BAD_RESPONSE";
  return { kind: failed ? "errors" : "neutral" };
};

/** Keeps calls away from vendors and credentials that are known to fail; one for each process. */
export interface CircuitBreaker {
  readonly circuit: (vendor: string, credential: CredentialRef) => Circuit;
  /** Asks to start an attempt: false while open, and in the half-open state for all but one probe. */
  readonly admit: (vendor: string, credential: CredentialRef) => boolean;
  readonly report: (vendor: string, credential: CredentialRef, outcome: CircuitOutcome) => void;
}

interface BreakerOptions {
  readonly clock: Clock;
  /** Over which errors are counted. */
  readonly windowMs?: number;
  /** Fewer calls in the window never open the circuit. */
  readonly minimumCalls?: number;
  readonly errorRatio?: number;
  /** How long errors keep it open, and how long a probe may stay away. */
  readonly openMs?: number;
  readonly maxEntries?: number;
}

interface Entry {
  readonly version: number;
  reason: CircuitReason | undefined;
  openUntil: number;
  probeUntil: number;
  /** Calls and errors of the present and of the last half window. */
  half: number;
  calls: [number, number];
  errors: [number, number];
}

const maxRetryAfterMs = 3_600_000;
const defaultRetryAfterMs = 1_000;

/**
 * ```
 *            errors by ratio · 429 until retry-after · credential until it changes
 *   closed ──────────────────────────────────────────────────────────────────────▶ open
 *      ▲                                                                             │ time over
 *      └──────────── probe answered ──────────── half open ◀─────────────────────────┘
 *                                                    └── probe failed: open again
 * ```
 */
export const createCircuitBreaker = ({
  clock,
  windowMs = 30_000,
  minimumCalls = 10,
  errorRatio = 0.5,
  openMs = 10_000,
  maxEntries = 10_000,
}: BreakerOptions): CircuitBreaker => {
  const entries = new Map<string, Entry>();

  const find = (vendor: string, { id, version }: CredentialRef): Entry | undefined => {
    const entry = entries.get(`${vendor} ${id}`);
    return entry?.version === version ? entry : undefined;
  };

  /** Undefined for news of a version that has been replaced. */
  const findOrAdd = (vendor: string, { id, version }: CredentialRef): Entry | undefined => {
    const key = `${vendor} ${id}`;
    const present = entries.get(key);
    if (present && present.version > version) return undefined;
    if (present?.version === version) return present;
    entries.delete(key);
    const [oldest] = entries.size >= maxEntries ? entries.keys() : [];
    if (oldest !== undefined) entries.delete(oldest);
    const entry: Entry = {
      version,
      reason: undefined,
      openUntil: 0,
      probeUntil: 0,
      half: 0,
      calls: [0, 0],
      errors: [0, 0],
    };
    entries.set(key, entry);
    return entry;
  };

  const count = (entry: Entry, failed: boolean): void => {
    const half = Math.floor(clock.monotonic() / (windowMs / 2));
    if (half !== entry.half) {
      const adjacent = half === entry.half + 1;
      entry.calls = [0, adjacent ? entry.calls[0] : 0];
      entry.errors = [0, adjacent ? entry.errors[0] : 0];
      entry.half = half;
    }
    entry.calls[0] += 1;
    if (failed) entry.errors[0] += 1;
  };

  const tooMany = ({ calls, errors }: Entry): boolean => {
    const all = calls[0] + calls[1];
    return all >= minimumCalls && errors[0] + errors[1] >= all * errorRatio;
  };

  const open = (entry: Entry, reason: CircuitReason, untilMs: number): void => {
    entry.reason = reason;
    entry.openUntil = untilMs;
    entry.probeUntil = 0;
  };

  const close = (entry: Entry): void => {
    open(entry, "errors", 0);
    entry.reason = undefined;
    entry.calls = [0, 0];
    entry.errors = [0, 0];
  };

  const circuit = (vendor: string, credential: CredentialRef): Circuit => {
    const entry = find(vendor, credential);
    if (!entry?.reason) return { state: "closed" };
    const shutUntil = Math.max(entry.openUntil, entry.probeUntil);
    const leftMs = shutUntil - clock.monotonic();
    if (leftMs <= 0) return { state: "half_open" };
    return {
      state: "open",
      reason: entry.reason,
      retryAfterMs: Number.isFinite(leftMs) ? Math.ceil(leftMs) : undefined,
    };
  };

  return {
    circuit,
    admit: (vendor, credential) => {
      const { state } = circuit(vendor, credential);
      const entry = find(vendor, credential);
      if (state === "half_open" && entry) entry.probeUntil = clock.monotonic() + openMs;
      return state !== "open";
    },
    report: (vendor, credential, outcome) => {
      const entry = findOrAdd(vendor, credential);
      if (!entry) return;
      const now = clock.monotonic();
      const waiting = entry.reason !== undefined && now < entry.openUntil;
      switch (outcome.kind) {
        case "credential":
          return open(entry, "credential", Number.POSITIVE_INFINITY);
        case "rate": {
          if (entry.reason === "credential") return;
          const retryAfterMs = Math.min(outcome.retryAfterMs ?? defaultRetryAfterMs, maxRetryAfterMs);
          return open(entry, "rate", Math.max(entry.openUntil, now + retryAfterMs));
        }
        case "errors":
          // While it waits, failures are of calls that began before it opened.
          if (waiting) return;
          count(entry, true);
          if (entry.reason !== undefined || tooMany(entry)) open(entry, "errors", now + openMs);
          return;
        case "ok":
          // An answer proves a credential right, and a probe that the vendor is back; an older call proves neither.
          if (entry.reason === "credential" || (entry.reason !== undefined && !waiting)) return close(entry);
          if (entry.reason === undefined) count(entry, false);
          return;
        case "neutral":
          entry.probeUntil = 0;
      }
    },
  };
};
