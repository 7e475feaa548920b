import type { Clock } from "../../platform/clock.ts";
import type { CircuitOutcome } from "./circuit-outcome.ts";
import { CircuitEntry, type CircuitMeeting } from "./circuit-entry.ts";
import { ErrorWindow, type WindowRules } from "./error-window.ts";
import type { Circuit, CircuitReason, CircuitScope, OpenCircuit } from "./route.ts";

/** Which way a call would take, and for whom. */
export interface CircuitTarget {
  readonly vendor: string;
  readonly model: string;
  /** A new version is a new credential. */
  readonly credential: { readonly id: string; readonly version: number; readonly baseUrl: string };
  readonly organizationId: string;
}

/** Keeps calls away from what is known to fail, and from no more than that; one for each process. */
export interface CircuitBreaker {
  readonly circuit: (target: CircuitTarget) => Circuit;
  /** Asks to start an attempt: false while open, and in the half-open state for all but one probe. */
  readonly admit: (target: CircuitTarget) => boolean;
  /** Records the outcome of an attempt, and returns the circuit's state. */
  readonly report: (target: CircuitTarget, outcome: CircuitOutcome) => Circuit;
  /** Everything that is open or waits for its probe; with a meeting, what those calls meet. */
  readonly list: (meeting?: CircuitMeeting) => OpenCircuit[];
}

interface BreakerOptions {
  readonly clock: Clock;
  /** Over which errors are counted. */
  readonly windowMs?: number;
  /** Fewer calls in the window never open the circuit. */
  readonly minimumCalls?: number;
  readonly errorRatio?: number;
  /** Time-outs in a row that open the circuit, though they be minutes apart. */
  readonly slowInARow?: number;
  /** How long errors keep it open at first, and how long a probe may stay away. */
  readonly openMs?: number;
  /** Each probe that fails doubles that, up to so long: a probe may cost what nobody gets. */
  readonly maxOpenMs?: number;
  readonly maxEntries?: number;
  /** Told when a circuit opens that was not open. */
  readonly onOpen?: (circuit: OpenCircuit) => void;
}

const closed: Circuit = { state: "closed" };

const maxRetryAfterMs = 3_600_000;
const defaultRetryAfterMs = 1_000;
const firstRefusalMs = 60_000;
const maxRefusalMs = 900_000;

/** The states of one call's way, from the widest to the narrowest. */
interface Way {
  /** Whether anybody answers at the address. */
  readonly reach: CircuitEntry | undefined;
  readonly vendor: CircuitEntry | undefined;
  readonly credential: CircuitEntry | undefined;
  readonly model: CircuitEntry | undefined;
  /** The model as one organization finds it. */
  readonly own: CircuitEntry | undefined;
}

type Part = keyof Way;

const parts: readonly Part[] = ["reach", "vendor", "credential", "model", "own"];

const scopes: Readonly<Record<Part, CircuitScope>> = {
  reach: "vendor",
  vendor: "vendor",
  credential: "credential",
  model: "model",
  own: "model",
};

const keyOf = (part: Part, { vendor, model, credential, organizationId }: CircuitTarget): string => {
  // No name contains NUL.
  switch (part) {
    case "reach":
    case "vendor":
      return `${part}\0${vendor}\0${credential.baseUrl}`;
    case "credential":
      return `${part}\0${vendor}\0${credential.id}`;
    case "model":
      return `${part}\0${vendor}\0${credential.id}\0${model}`;
    case "own":
      return `${part}\0${vendor}\0${credential.id}\0${model}\0${organizationId}`;
  }
};

/** Outcomes that say nothing about the address, or are counted elsewhere. */
const silent: ReadonlySet<CircuitOutcome["kind"]> = new Set<CircuitOutcome["kind"]>([
  "answered",
  "begun",
  "finished",
  "neutral",
  "unreachable",
]);

/** Parts whose news is about the secret that was shown. */
const ofCredential: ReadonlySet<Part> = new Set<Part>(["credential", "model", "own"]);

/**
 * ```
 *            errors by ratio · time-outs in a row · 429 until retry-after · refusals for 1 to 15 minutes
 *   closed ──────────────────────────────────────────────────────────────────────▶ open
 *      ▲                                                                             │ time over
 *      └──────────── probe answered ──────────── half open ◀─────────────────────────┘
 *                                                    └── probe failed: open again, for twice as long, up to two minutes
 * ```
 *
 * Errors shut a model for the organization that meets them; for everybody once more than one organization does; the
 * vendor once several models do, or nobody answers at its address. A caller can provoke errors, but only for itself.
 */
export const createCircuitBreaker = ({
  clock,
  windowMs = 30_000,
  minimumCalls = 10,
  errorRatio = 0.5,
  slowInARow = 3,
  openMs = 10_000,
  maxOpenMs = 120_000,
  maxEntries = 10_000,
  onOpen,
}: BreakerOptions): CircuitBreaker => {
  const entries = new Map<string, CircuitEntry>();
  /** What is not closed, which mostly is nothing. */
  const notClosed = new Set<CircuitEntry>();
  const counted = { windowMs, minimumCalls, errorRatio, slowInARow };
  const rules: Readonly<Record<Part, WindowRules | undefined>> = {
    reach: { ...counted, organizations: 1, models: 1 },
    vendor: { ...counted, organizations: 2, models: 2 },
    credential: undefined,
    model: { ...counted, organizations: 2, models: 1 },
    own: { ...counted, organizations: 1, models: 1 },
  };

  const find = (part: Part, target: CircuitTarget): CircuitEntry | undefined => {
    const entry = entries.get(keyOf(part, target));
    return entry && (entry.version === undefined || entry.version === target.credential.version) ? entry : undefined;
  };
  const wayOf = (target: CircuitTarget): CircuitEntry[] => parts.flatMap((part) => find(part, target) ?? []);

  const forget = (key: string): void => {
    const entry = entries.get(key);
    if (entry) notClosed.delete(entry);
    entries.delete(key);
  };

  /** What is open is forgotten last. */
  const makeRoom = (): void => {
    if (entries.size < maxEntries) return;
    const [oldest] = entries.keys();
    for (const [key, entry] of entries) {
      if (notClosed.has(entry)) continue;
      entries.delete(key);
      return;
    }
    if (oldest !== undefined) forget(oldest);
  };

  /** Undefined for news of a version that has been replaced. */
  const findOrAdd = (part: Part, target: CircuitTarget): CircuitEntry | undefined => {
    const key = keyOf(part, target);
    const { vendor, model, credential } = target;
    const version = ofCredential.has(part) ? credential.version : undefined;
    const present = entries.get(key);
    if (present?.version === version && present !== undefined) return present;
    if (present?.version !== undefined && version !== undefined && present.version > version) return undefined;
    forget(key);
    makeRoom();
    const windowRules = rules[part];
    const entry = new CircuitEntry({
      scope: scopes[part],
      vendor,
      model: scopes[part] === "model" ? model : undefined,
      credentialId: ofCredential.has(part) ? credential.id : undefined,
      baseUrl: ofCredential.has(part) ? undefined : credential.baseUrl,
      organizationId: part === "own" ? target.organizationId : undefined,
      version,
      window: windowRules && new ErrorWindow(windowRules),
    });
    entries.set(key, entry);
    return entry;
  };

  const open = (entry: CircuitEntry | undefined, reason: CircuitReason, forMs: number): void => {
    if (entry === undefined) return;
    const news = entry.reason === undefined;
    const nowMs = clock.monotonic();
    entry.open(reason, nowMs + forMs, nowMs);
    notClosed.add(entry);
    const opened = entry.facts(nowMs);
    if (news && opened) onOpen?.(opened);
  };

  const close = (entry: CircuitEntry): void => {
    entry.close();
    notClosed.delete(entry);
  };

  const fail = (part: Part, target: CircuitTarget, reason: CircuitReason, slow: boolean): void => {
    const entry = findOrAdd(part, target);
    const nowMs = clock.monotonic();
    // While it waits, failures are of calls that began before it opened.
    if (entry?.window === undefined || entry.waits(nowMs)) return;
    entry.window.count(nowMs, { organizationId: target.organizationId, model: target.model, slow });
    if (
      entry.reason === undefined
        ? entry.window.tooMany()
        : entry.isFailedProbe(reason, target.organizationId, part !== "own")
    )
      open(entry, reason, Math.min(openMs * 2 ** entry.failedProbes, maxOpenMs));
  };

  /** Somebody answered at the address, whatever was said. */
  const reached = (target: CircuitTarget): void => {
    const entry = find("reach", target);
    if (entry === undefined) return;
    if (entry.reason !== undefined && !entry.waits(clock.monotonic())) close(entry);
    else entry.window?.count(clock.monotonic(), undefined);
  };

  const refuse = (entry: CircuitEntry | undefined, reason: CircuitReason): void => {
    // Several calls that were under way together are one refusal.
    if (entry === undefined || (entry.reason === reason && entry.waits(clock.monotonic()))) return;
    entry.refusals += 1;
    open(entry, reason, Math.min(firstRefusalMs * 2 ** (entry.refusals - 1), maxRefusalMs));
  };

  const limit = (entry: CircuitEntry | undefined, toldMs: number | undefined): void => {
    if (entry === undefined || (entry.reason !== undefined && entry.reason !== "rate" && entry.reason !== "errors"))
      return;
    const nowMs = clock.monotonic();
    const forMs = Math.min(toldMs ?? defaultRetryAfterMs, maxRetryAfterMs);
    open(entry, "rate", Math.max(entry.openUntil - nowMs, forMs));
  };

  /** An answer came whole, so that time-outs before it and after it are no row. */
  const endRows = (target: CircuitTarget): void => {
    for (const entry of wayOf(target)) entry.window?.endRow();
  };

  const answered = (target: CircuitTarget, whole: boolean): void => {
    const nowMs = clock.monotonic();
    for (const part of parts) {
      const entry = rules[part] === undefined ? find(part, target) : findOrAdd(part, target);
      if (entry === undefined) continue;
      if (whole) entry.window?.endRow();
      // An answer proves a credential right, and a probe that the vendor is back; an older call proves neither.
      if (entry.reason === undefined) entry.window?.count(nowMs, undefined);
      else if (entry.isRefusal() || !entry.waits(nowMs)) close(entry);
    }
  };

  const circuit = (target: CircuitTarget): Circuit => {
    if (notClosed.size === 0) return closed;
    const nowMs = clock.monotonic();
    let longest: OpenCircuit | undefined;
    let halfOpen = false;
    for (const entry of wayOf(target)) {
      const facts = entry.facts(nowMs);
      if (facts === undefined) continue;
      if (facts.retryAfterMs === 0) halfOpen = true;
      else if (longest === undefined || facts.retryAfterMs > longest.retryAfterMs) longest = facts;
    }
    if (longest === undefined) return { state: halfOpen ? "half_open" : "closed" };
    const { scope, reason, retryAfterMs } = longest;
    return { state: "open", scope, reason, retryAfterMs };
  };

  return {
    circuit,
    admit: (target) => {
      const { state } = circuit(target);
      if (state === "half_open") {
        const until = clock.monotonic() + openMs;
        for (const entry of wayOf(target)) if (entry.reason !== undefined) entry.probeUntil = until;
      }
      return state !== "open";
    },
    report: (target, outcome) => {
      if (!silent.has(outcome.kind)) reached(target);
      switch (outcome.kind) {
        case "answered":
        case "begun":
          answered(target, outcome.kind === "answered");
          break;
        case "finished":
          endRows(target);
          break;
        case "refused":
          refuse(findOrAdd(outcome.scope, target), outcome.reason);
          break;
        case "limited":
          limit(findOrAdd(outcome.scope, target), outcome.retryAfterMs);
          break;
        case "errors":
          for (const part of ["vendor", "model", "own"] as const) fail(part, target, "errors", outcome.slow ?? false);
          break;
        case "unreachable":
          fail("reach", target, "unreachable", false);
          break;
        case "reached":
        case "neutral":
      }
      // Whatever the probe met, where it left a circuit as it was another one may try.
      if (notClosed.size === 0) return closed;
      const nowMs = clock.monotonic();
      for (const entry of wayOf(target)) if (!entry.waits(nowMs)) entry.probeUntil = 0;
      return circuit(target);
    },
    list: (meeting) => {
      const nowMs = clock.monotonic();
      return [...notClosed]
        .filter((entry) => meeting === undefined || entry.isMetBy(meeting))
        .flatMap((entry) => entry.facts(nowMs) ?? []);
    },
  };
};
