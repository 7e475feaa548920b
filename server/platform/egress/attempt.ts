import type { Pool } from "undici";
import type {
  WireLine,
  SocketRefusal,
  WireRequest,
  WireResponse,
  WireSocket,
  WireUpgrade,
} from "../../contracts/vendor-call.ts";
import { fillPath } from "../../contracts/wire-path.ts";
import type { Clock } from "../clock.ts";
import { EgressError } from "./egress-error.ts";
import {
  Exchange,
  type IncomingAnswer,
  type Limits,
  type OutgoingRequest,
  type Purpose,
  type Wire,
} from "./exchange.ts";
import type { Resolve } from "./guarded-lookup.ts";
import { openLine, type OpenedLine } from "./open-line.ts";
import { openSocket, type OpenedSocket } from "./open-socket.ts";
import { signOutgoing } from "./sign-outgoing.ts";
import type { Target } from "./target.ts";

/** One attempt at one vendor: its ways out, and what is known of its bytes. */
export interface EgressAttempt {
  /** Fetch-compatible, for services of our own; only to the origin of the attempt. */
  readonly fetch: typeof globalThis.fetch;
  /** For vendors: declared paths below the base URL. */
  readonly send: (request: WireRequest) => Promise<WireResponse>;
  /** The answer at a path and query of the origin, as they stand; no header says whose the request is. */
  readonly get: (pathAndQuery: string) => Promise<WireResponse>;
  /** For vendors that speak no HTTP. */
  readonly connect: () => Promise<WireLine>;
  /** For vendors that are spoken to over a WebSocket. */
  readonly openSocket: (request: WireUpgrade) => Promise<WireSocket | SocketRefusal>;
  readonly wire: Readonly<Wire>;
  /** Aborts whatever is still under way. */
  readonly close: () => void;
}

interface AttemptOptions {
  readonly target: Target;
  readonly pool: () => Pool;
  readonly limits: Limits;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly resolve: Resolve;
  readonly connectTimeoutMs: number;
  readonly observe: (wire: Readonly<Wire>, failure: EgressError | undefined) => void;
  /** Says that a gateway calls, so that none is its own upstream; services of our own may call one. */
  readonly isHop?: boolean;
}

/** Headers that the connection owns, whatever a caller or an SDK says. */
const owned = new Set([
  "host",
  "connection",
  "content-length",
  "transfer-encoding",
  "accept-encoding",
  "x-nexus-hop",
  "expect",
  "upgrade",
  "keep-alive",
  "te",
  "trailer",
  "proxy-authorization",
]);

const outgoingHeaders = (given: Readonly<Record<string, string>>, isHop: boolean): Record<string, string> => {
  const headers: Record<string, string> = {
    "accept-encoding": "identity",
    ...(isHop ? { "x-nexus-hop": "1" } : {}),
  };
  for (const name in given) {
    const value = given[name];
    const key = name.toLowerCase();
    if (value !== undefined && !owned.has(key)) headers[key] = value;
  }
  headers["user-agent"] ??= "topolo-nexus";
  return headers;
};

const streamOf = (body: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> => {
  const chunks = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await chunks.return?.();
      },
    },
    { highWaterMark: 0 },
  );
};

const responseOf = ({ status, headers, body }: IncomingAnswer): Response => {
  if (status === 204 || status === 205) return new Response(null, { status, headers });
  return new Response(streamOf(body), { status: status > 599 ? 502 : status, headers });
};

const bytesOf = async (body: BodyInit | null | undefined): Promise<Uint8Array | string | undefined> => {
  if (body === null || body === undefined) return undefined;
  if (typeof body === "string" || body instanceof Uint8Array) return body;
  return new Uint8Array(await new Response(body).arrayBuffer());
};

export const openAttempt = ({
  target,
  pool,
  limits,
  signal,
  clock,
  resolve,
  connectTimeoutMs,
  observe,
  isHop = true,
}: AttemptOptions): EgressAttempt => {
  const wire: Wire = { sent: false, answered: false, status: undefined, requests: 0, readerWasSlow: false };
  const endsAt = clock.monotonic() + limits.deadlineMs;
  let running: readonly Exchange[] = [];
  const lines: (OpenedLine | OpenedSocket)[] = [];
  let closed = false;

  const exchange = (
    request: OutgoingRequest,
    signals: readonly AbortSignal[],
    purpose?: Purpose,
  ): Promise<IncomingAnswer> => {
    if (closed) return Promise.reject(new EgressError("aborted", { sent: wire.sent }));
    if (target.line !== undefined) return Promise.reject(new EgressError("request_invalid", { sent: wire.sent }));
    const left = { ...limits, deadlineMs: endsAt - clock.monotonic() };
    const onEnd = (ended: Exchange, failure: EgressError | undefined): void => {
      running = running.filter((other) => other !== ended);
      observe(wire, failure);
    };
    const one = new Exchange(wire, left, signals, onEnd, purpose);
    running = [...running, one];
    return one.start(pool(), request);
  };

  return {
    wire,
    async send({ method, path, values = {}, headers, body, streamed, sign, ...how }) {
      const { prepares = false, tellsRedirect = false, beside = false } = how;
      const filled = fillPath(path, values);
      if (filled === undefined) throw new EgressError("request_invalid", { sent: wire.sent });
      const base = beside ? target.basePath.slice(0, Math.max(target.basePath.lastIndexOf("/"), 0)) : target.basePath;
      const request = {
        method,
        path: base + filled,
        headers: outgoingHeaders(headers, isHop),
      };
      const purpose = prepares ? "prepares" : "acts";
      if (sign === undefined) return exchange({ ...request, body: streamed ?? body, tellsRedirect }, [signal], purpose);
      // A signature is over all of a body.
      if (streamed !== undefined) throw new EgressError("request_invalid", { sent: wire.sent });
      const { host } = new URL(target.origin);
      const signed = await signOutgoing({ ...request, body }, { sign, host, now: clock.now(), owned, sent: wire.sent });
      return exchange(signed, [signal], purpose);
    },
    get: (pathAndQuery) =>
      exchange({ method: "GET", path: pathAndQuery, headers: outgoingHeaders({}, false), body: undefined }, [signal]),
    async fetch(input, init) {
      if (input instanceof Request) throw new EgressError("request_invalid", { sent: wire.sent });
      const url = URL.parse(String(input));
      if (url === null) throw new EgressError("request_invalid", { sent: wire.sent });
      if (url.origin !== target.origin || url.username !== "")
        throw new EgressError("origin_refused", { sent: wire.sent });
      const signals = init?.signal && init.signal !== signal ? [signal, init.signal] : [signal];
      const answer = await exchange(
        {
          method: init?.method ?? "GET",
          path: url.pathname + url.search,
          headers: outgoingHeaders(Object.fromEntries(new Headers(init?.headers)), isHop),
          body: await bytesOf(init?.body),
        },
        signals,
      );
      return responseOf(answer);
    },
    async connect() {
      if (closed) throw new EgressError("aborted", { sent: wire.sent });
      const deadlineMs = endsAt - clock.monotonic();
      const opened = openLine({ target, wire, resolve, connectTimeoutMs, deadlineMs, signal });
      lines.push(opened);
      try {
        const line = await opened.line;
        observe(wire, undefined);
        return line;
      } catch (error) {
        if (error instanceof EgressError) observe(wire, error);
        throw error;
      }
    },
    async openSocket({ path, values = {}, query, headers }) {
      if (closed) throw new EgressError("aborted", { sent: wire.sent });
      const filled = fillPath(path, values);
      if (filled === undefined) throw new EgressError("request_invalid", { sent: wire.sent });
      const opened = openSocket({
        target,
        path: `${target.basePath}${filled}?${new URLSearchParams(query).toString()}`,
        headers: outgoingHeaders(headers, isHop),
        wire,
        resolve,
        connectTimeoutMs,
        deadlineMs: endsAt - clock.monotonic(),
        maxBytes: limits.maxBytes,
        signal,
      });
      lines.push(opened);
      try {
        const socket = await opened.socket;
        observe(wire, undefined);
        return socket;
      } catch (error) {
        if (error instanceof EgressError) observe(wire, error);
        throw error;
      }
    },
    close() {
      closed = true;
      for (const line of lines) line.close();
      for (const one of running) one.fail("aborted");
    },
  };
};
