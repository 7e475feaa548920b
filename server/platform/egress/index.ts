import type { Clock } from "../clock.ts";
import type { Logger } from "../logger.ts";
import { openAttempt, type EgressAttempt } from "./attempt.ts";
import type { EgressError } from "./egress-error.ts";
import type { Wire } from "./exchange.ts";
import { systemResolve, type Resolve } from "./guarded-lookup.ts";
import { jsonClient, type OpenOwn, type JsonAnswer, type JsonRequest } from "./json-client.ts";
import { createPools } from "./pools.ts";
import { allowListOf, targetOf, type Target } from "./target.ts";

export type { EgressAttempt } from "./attempt.ts";
export { EgressError, type EgressReason } from "./egress-error.ts";
export type { Wire } from "./exchange.ts";
export type { Resolve } from "./guarded-lookup.ts";
export type { JsonAnswer, JsonRequest } from "./json-client.ts";

/** What an attempt is opened with. Times are durations in ms; `deadlineMs` spans all requests of the attempt. */
export interface AttemptRequest {
  readonly vendor: string;
  readonly credentialId: string;
  readonly credentialVersion: number | string;
  readonly baseUrl: string;
  readonly deadlineMs: number;
  /** Until the head of an answer, connecting included. */
  readonly firstByteMs: number;
  /** Between two pieces of an answer's body. */
  readonly idleMs: number;
  /** Of each answer's body. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Told once for each exchange that ends, for metrics. */
export interface ExchangeEvent {
  readonly vendor: string;
  readonly wire: Readonly<Wire>;
  readonly failure: EgressError | undefined;
}

export interface EgressOptions {
  /** `host:port` of private or plain-http upstreams that the operator permits. */
  readonly allow: readonly string[];
  readonly log: Logger;
  readonly clock: Clock;
  readonly resolve?: Resolve;
  readonly maxPools?: number;
  readonly connectionsPerPool?: number;
  readonly connectTimeoutMs?: number;
  readonly observe?: (event: ExchangeEvent) => void;
}

/** The one way out of the process. */
export interface Egress {
  /** Throws `EgressError` when the base URL may not be called. */
  readonly attempt: (request: AttemptRequest) => EgressAttempt;
  /** For a service of our own, at an address that the operator configured. */
  readonly own: OpenOwn;
  readonly json: (request: JsonRequest) => Promise<JsonAnswer>;
  /** Throws `EgressError` when the base URL could not be called; for checking one before it is stored. */
  readonly check: (baseUrl: string) => void;
  readonly close: () => Promise<void>;
}

const maxTargets = 1_000;

export const createEgress = ({
  allow,
  log,
  clock,
  resolve = systemResolve,
  maxPools = 256,
  // A stream keeps its connection to its end: with fewer of them than streams, the others would wait for minutes.
  connectionsPerPool = 4_096,
  connectTimeoutMs = 10_000,
  observe,
}: EgressOptions): Egress => {
  const allowList = allowListOf(allow);
  const pools = createPools({ resolve, maxPools, connectionsPerPool, connectTimeoutMs });
  const never = new AbortController().signal;

  /** Base URLs are few and parsing one takes longer than looking it up. */
  const targets = new Map<string, Target>();
  const targetFor = (baseUrl: string): Target => {
    const known = targets.get(baseUrl);
    if (known) return known;
    const target = targetOf(baseUrl, allowList);
    if (targets.size >= maxTargets) targets.clear();
    targets.set(baseUrl, target);
    return target;
  };

  const told = (vendor: string) => (wire: Readonly<Wire>, failure: EgressError | undefined) => {
    if (failure?.reason === "address_refused")
      log.warn({ vendor }, "an outgoing connection to a private address was refused");
    observe?.({ vendor, wire, failure });
  };

  const own: OpenOwn = (origin, { timeoutMs, maxBytes }) =>
    openAttempt({
      target: { origin, basePath: "", allowed: true },
      pool: () => pools.get(`${origin} own`, origin, false),
      limits: { deadlineMs: timeoutMs, firstByteMs: timeoutMs, idleMs: timeoutMs, maxBytes },
      signal: never,
      clock,
      resolve,
      connectTimeoutMs,
      observe: told("own"),
      isHop: false,
    });

  return {
    own,
    attempt({ vendor, credentialId, credentialVersion, baseUrl, deadlineMs, firstByteMs, idleMs, maxBytes, signal }) {
      const target = targetFor(baseUrl);
      const key = `${target.origin} ${vendor} ${credentialId} ${credentialVersion}`;
      return openAttempt({
        target,
        pool: () => pools.get(key, target.origin, !target.allowed),
        limits: { deadlineMs, firstByteMs, idleMs, maxBytes },
        signal,
        clock,
        resolve,
        connectTimeoutMs,
        observe: told(vendor),
      });
    },
    json: jsonClient(own),
    check: (baseUrl) => void targetOf(baseUrl, allowList),
    close: () => pools.close(),
  };
};
