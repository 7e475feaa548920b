import { ProviderError, type Metered, type ProviderFailure, type SessionIo } from "../contracts/vendor-call.ts";
import { NexusError } from "../errors.ts";
import type { Route } from "../families/family.ts";
import type { EgressAttempt } from "../platform/egress/index.ts";
import { EgressError } from "../platform/egress/index.ts";
import type { AttemptPhase } from "../platform/ledger/index.ts";
import { openDownloads } from "./download-file.ts";
import type { Gateway } from "./gateway.ts";

export interface AnsweredAttempt<T> {
  readonly kind: "answered";
  readonly value: T;
  readonly egress: EgressAttempt;
  readonly status: number | undefined;
}

export interface FailedAttempt {
  readonly kind: "failed";
  readonly failure: ProviderFailure;
  /** The usage that the vendor reported before it failed, if any. */
  readonly metered: Metered | undefined;
  /** The vendor's HTTP status, where it gave one. */
  readonly status: number | undefined;
  readonly phase: AttemptPhase;
}

/** Of a stream. A whole answer is made before its first byte is sent, and has all the time that the call has. */
const firstByteMs = 120_000;
const idleMs = 60_000;
const usualAnswerBytes = 64 * 1024 * 1024;

interface Attempt<T> {
  readonly route: Pick<Route, "target" | "credential">;
  readonly operationId: string;
  readonly deadlineMs: number;
  readonly caller: AbortSignal;
  /** The answer comes piece by piece, so that silence says something. */
  readonly streamed: boolean;
  /** The most that is read of an answer, where it is not the usual. */
  readonly maxAnswerBytes?: number | undefined;
  readonly run: (io: SessionIo) => Promise<T>;
}

/** The one thing here that somebody can mend who is no vendor. */
const isRefusedAddress = (error: unknown): boolean =>
  error instanceof EgressError && (error.reason === "address_refused" || error.reason === "request_invalid");

const internalFailure = (error: unknown, sent: boolean): ProviderFailure => ({
  kind: sent ? "unknown" : "not_sent",
  doubt: sent ? "unreadable" : undefined,
  code: error instanceof EgressError && !sent ? "PROVIDER_UNAVAILABLE" : "PROVIDER_BAD_RESPONSE",
  about: "route",
  status: undefined,
  retryAfterMs: undefined,
  vendorRequestId: undefined,
  message: sent
    ? "The vendor's answer could not be understood."
    : isRefusedAddress(error)
      ? "The credential's base URL may not be called: it is neither a public https address nor permitted by the operator."
      : "The vendor could not be called.",
});

const stopping = (): NexusError =>
  new NexusError("OVERLOADED", { message: "This process is stopping; send the request again.", retryAfterMs: 1_000 });

/** What this process cut off when it had to stop was no caller's doing. */
const cutShort = (failure: ProviderFailure, isCut: boolean): ProviderFailure =>
  isCut && failure.doubt === "left" ? { ...failure, doubt: "process_lost" } : failure;

const phaseOf = (egress: EgressAttempt | undefined): AttemptPhase =>
  egress?.wire.answered ? "answered" : egress?.wire.sent ? "sent" : "connecting";

/** Tries one route once. Never throws for anything the vendor or the network did. */
export const attempt = async <T>(
  gateway: Gateway,
  options: Attempt<T>,
): Promise<AnsweredAttempt<T> | FailedAttempt> => {
  const { route, operationId, deadlineMs, caller, streamed, maxAnswerBytes = usualAnswerBytes, run } = options;
  const { target, credential } = route;
  // A caller that leaves cancels only what has not been sent: what has been sent is billed and must be metered.
  const abort = new AbortController();
  let egress: EgressAttempt | undefined;
  let downloads: ReturnType<typeof openDownloads> | undefined;
  const close = (): void => {
    egress?.close();
    downloads?.close();
  };
  const onLeave = (): void => {
    if (egress && !egress.wire.sent) abort.abort();
  };
  const { underWay, silenceMs } = gateway;
  const offCut = underWay.onCut(close);
  try {
    if (underWay.isCut()) throw stopping();
    const within = {
      vendor: target.vendor,
      deadlineMs,
      firstByteMs: streamed ? Math.min(silenceMs ?? firstByteMs, deadlineMs) : deadlineMs,
      idleMs: streamed ? (silenceMs ?? idleMs) : deadlineMs,
      maxBytes: maxAnswerBytes,
      signal: abort.signal,
    };
    const { id: credentialId, version: credentialVersion, baseUrl } = credential;
    egress = gateway.egress.attempt({ ...within, credentialId, credentialVersion, baseUrl });
    caller.addEventListener("abort", onLeave, { once: true });
    if (caller.aborted) onLeave();
    gateway.ledger.fence();
    const value = await run({
      credential: gateway.openCredential(credential),
      baseUrl: credential.baseUrl,
      send: egress.send,
      connect: egress.connect,
      openSocket: egress.openSocket,
      download: (url) => (downloads ??= openDownloads(gateway.egress, within)).download(url),
      signal: abort.signal,
      operationId,
    });
    return { kind: "answered", value, egress, status: egress.wire.status };
  } catch (error) {
    close();
    // Ours, not the vendor's: a sealed keyring or a lost fence before anything left.
    if (NexusError.is(error) && !egress?.wire.sent) throw error;
    const status = egress?.wire.status;
    const phase = phaseOf(egress);
    if (error instanceof ProviderError) {
      const failure = cutShort(error.failure, underWay.isCut());
      return { kind: "failed", failure, metered: error.metered, status, phase };
    }
    gateway.log.error({ err: error, vendor: target.vendor, operationId }, "attempt failed in an unforeseen way");
    const failure = internalFailure(error, egress?.wire.sent ?? false);
    return { kind: "failed", failure, metered: undefined, status, phase };
  } finally {
    offCut();
    caller.removeEventListener("abort", onLeave);
  }
};
