import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { isIP } from "node:net";
import type { WireLine } from "../../contracts/vendor-call.ts";
import { EgressError, type EgressReason } from "./egress-error.ts";
import type { Wire } from "./exchange.ts";
import { guardedLookup, type Resolve } from "./guarded-lookup.ts";
import type { Target } from "./target.ts";

interface OpenLine {
  readonly target: Target;
  readonly wire: Wire;
  readonly resolve: Resolve;
  /** Until it is up, TLS included. */
  readonly connectTimeoutMs: number;
  /** Until it ends, whatever is under way. */
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** A line of an attempt. `close` ends it, whatever is under way. */
export interface OpenedLine {
  readonly line: Promise<WireLine>;
  readonly close: (reason?: EgressReason) => void;
}

const reasonOf = (error: unknown): EgressReason => {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ENOTFOUND" || code === "EAI_AGAIN" ? "name_unresolved" : "connect_failed";
};

/** A fresh connection to the target's server: to a checked address alone, unless the operator has named the host. */
export const openLine = ({ target, wire, resolve, connectTimeoutMs, deadlineMs, signal }: OpenLine): OpenedLine => {
  const opened = Promise.withResolvers<WireLine>();
  let socket: Socket | undefined;
  let ended = false;
  /** Its time was over: a timer may fire a little before the clock says so. */
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const close = (reason: EgressReason = "aborted", cause?: unknown): void => {
    if (ended) return;
    ended = true;
    late = reason === "deadline";
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
    opened.reject(new EgressError(reason, { sent: wire.sent, cause }));
    socket?.destroy();
  };
  const onAbort = (): void => close("aborted");
  const begin = (): void => {
    const { line } = target;
    if (line === undefined) return close("request_invalid");
    if (signal.aborted) return close("aborted");
    if (deadlineMs <= 0) return close("deadline");
    signal.addEventListener("abort", onAbort, { once: true });
    const { host, port, secure } = line;
    const place = { host, port, ...(target.allowed ? {} : { lookup: guardedLookup(resolve) }) };
    socket = secure
      ? connectTls({ ...place, ...(isIP(host) === 0 ? { servername: host } : {}), rejectUnauthorized: true })
      : connectTcp(place);
    const connection = socket;
    const isDue = connectTimeoutMs >= deadlineMs;
    timer = setTimeout(() => close(isDue ? "deadline" : "connect_failed"), Math.min(connectTimeoutMs, deadlineMs));
    const startedAt = performance.now();
    const onError = (cause: Error): void =>
      cause instanceof EgressError ? close(cause.reason, cause.cause) : close(reasonOf(cause), cause);
    connection.once("error", onError);
    connection.once("close", () => close("cut"));
    connection.once(secure ? "secureConnect" : "connect", () => {
      clearTimeout(timer);
      connection.removeListener("error", onError);
      // Whoever speaks over it listens to its errors; between the two nobody does.
      connection.on("error", () => undefined);
      timer = setTimeout(() => close("deadline"), deadlineMs - (performance.now() - startedAt));
      opened.resolve({
        connection,
        host,
        secure,
        trusted: target.allowed,
        remainingMs: () => (late ? 0 : Math.max(deadlineMs - (performance.now() - startedAt), 0)),
        markSent: () => {
          wire.sent = true;
          wire.requests += 1;
        },
        markAnswered: () => {
          wire.answered = true;
        },
        end: () => close("aborted"),
      });
    });
  };
  begin();
  return { line: opened.promise, close };
};
