import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { NexusError, type ErrorCode } from "../errors.ts";
import { caughtError } from "./caught-error.ts";
import type { Logger } from "../platform/logger.ts";
import {
  asksForWebSocket,
  knownMethods,
  refuseConnect,
  transportSecurity,
  upgradeHeaders,
} from "../platform/plain-http.ts";
import { isArriving } from "./arriving-body.ts";
import { isAuthPath } from "./auth-paths.ts";
import { connectionLimits, keepRoom, type ConnectionLimits } from "./connection-limits.ts";
import type { Dispatch } from "./dispatch.ts";
import { fromNode, rawHeaderValues, writeToNode, type DoorReply } from "./door-request.ts";
import { restErrorReply } from "./encode-error.ts";
import { StandstillWatch } from "./standstill-watch.ts";
import { openWebSockets } from "./web-sockets.ts";

/** Whatever is not the API: the dashboard, when there is one. */
export interface Pages {
  readonly request: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  /** For WebSockets of the development server alone: nothing else here speaks them. */
  readonly upgrade?: ((incoming: IncomingMessage, socket: Duplex, head: Buffer) => void) | undefined;
}

interface Listen {
  readonly dispatch: Dispatch;
  readonly pages: Pages | undefined;
  /** The public address is an https one. */
  readonly secure?: boolean;
  readonly newId: () => string;
  readonly log: Logger;
  readonly port: number;
  readonly host: string;
  /** Several processes share the port; the kernel spreads connections. */
  readonly reusePort: boolean;
  /** What the limit of open files has room for, where nothing else is said. */
  readonly limits?: ConnectionLimits;
  /** How long headers, and whole requests, may take to arrive, and how often that is looked at. */
  readonly arrival?: Readonly<Record<"headersMs" | "requestMs" | "lookMs", number>>;
}

/** A listening gateway. */
export interface Listener {
  readonly port: number;
  /** From now on every answer ends its connection, so that the next call is sent elsewhere. */
  readonly leave: () => void;
  /** Takes no new connection; resolves when the last request has ended, or at the deadline. */
  readonly drain: (deadlineMs: number) => Promise<void>;
}

/** Requests that Node's parser refuses never become a `DoorRequest`; they still get the envelope, without a body echoed. */
const refusals: Readonly<Record<string, readonly [status: string, code: ErrorCode, message: string]>> = {
  HPE_HEADER_OVERFLOW: ["431 Request Header Fields Too Large", "INVALID_INPUT", "The headers are too large."],
  HPE_CHUNK_EXTENSIONS_OVERFLOW: ["413 Payload Too Large", "PAYLOAD_TOO_LARGE", "The chunk extensions are too large."],
};

const refuseRaw = (
  error: NodeJS.ErrnoException,
  socket: Duplex,
  requestId: string,
  stoodStill: () => boolean,
): void => {
  if (!socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT") {
    // Time limits are looked at before what lies in the sockets: it may have been this process that was slow.
    socket.end(
      stoodStill()
        ? rawReply("503 Service Unavailable", stillNow(), requestId)
        : rawReply("408 Request Timeout", new NexusError("REQUEST_TIMEOUT"), requestId),
    );
    return;
  }
  const [status, code, message] = refusals[error.code ?? ""] ?? [
    "400 Bad Request",
    "INVALID_INPUT",
    "The request is not valid HTTP/1.1.",
  ];
  socket.end(rawReply(status, new NexusError(code, { message }), requestId));
};

/** For connections whose request was not, or cannot be, read. */
const rawReply = (status: string, error: NexusError, requestId: string): string => {
  const { headers, body } = restErrorReply(error, requestId);
  const text = typeof body === "string" ? body : "";
  const lines = Object.entries({ ...headers, connection: "close", "content-length": Buffer.byteLength(text) });
  return `HTTP/1.1 ${status}\r\n${lines.map((line) => line.join(": ")).join("\r\n")}\r\n\r\n${text}`;
};

const noRoom = (): NexusError =>
  new NexusError("OVERLOADED", {
    message: "This process cannot accept another connection; send the request again.",
    retryAfterMs: 1_000,
  });

const stillNow = (): NexusError =>
  new NexusError("OVERLOADED", {
    message: "This process stood still while the request arrived; send it again.",
    retryAfterMs: 1_000,
  });

const securityHeaders = { "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" } as const;

/** Absolute-form targets and missing or doubled hosts are how requests get smuggled past routing. */
const isPlain = (incoming: IncomingMessage): boolean =>
  incoming.url?.charCodeAt(0) === 47 && rawHeaderValues(incoming, "host").length === 1;

const isApi = (url: string): boolean =>
  /^\/(v1|v1beta|upload\/v1(?:beta)?|api)(\/|\?|$)/.test(url) && !url.startsWith("/api/auth/");

/** Paths that are forwarded to the dashboard's process. */
const isPage = (url: string): boolean => !isApi(url) && !isAuthPath(url);

/** Clients that try a WebSocket first continue over HTTP once they get an answer; without one they wait. */
const webSocketRefusal = (requestId: string): DoorReply => {
  const error = new NexusError("INVALID_INPUT", {
    message: "WebSockets are not supported: send the request over HTTP.",
  });
  const { headers, body } = restErrorReply(error, requestId);
  return { status: 426, headers: { ...headers, ...upgradeHeaders }, body };
};

const ignore = (): void => undefined;

const sweepMs = 200;

const healthPath = /^\/health(\/|\?|$)/;

const createHandler = (
  { dispatch, pages, newId, log, secure = false }: Listen,
  isLeaving: () => boolean,
  isDraining: () => boolean,
  isLate: (socket: Socket) => boolean,
) => {
  const send = ({ status, headers, body }: DoorReply, outgoing: ServerResponse, requestId: string): void => {
    const all = {
      ...securityHeaders,
      "x-request-id": requestId,
      ...headers,
      ...(isLeaving() || isLate(outgoing.req.socket) ? { connection: "close" } : {}),
    };
    writeToNode({ status, headers: all, body }, outgoing).catch((error: unknown) => {
      // The status line is out: all that is left is to end the connection so that the caller knows.
      log.warn({ err: error }, "reply broke off");
      outgoing.destroy();
    });
  };
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const requestId = newId();
    outgoing.on("error", ignore);
    // Whatever answers: kept alive, the connection would bring the next call to a process that is about to end.
    if (isLeaving()) outgoing.shouldKeepAlive = false;
    if (secure) for (const [name, value] of Object.entries(transportSecurity)) outgoing.setHeader(name, value);
    if (!isPlain(incoming)) {
      const message = "Send a plain path and one Host header.";
      send(restErrorReply(new NexusError("INVALID_INPUT", { message }), requestId), outgoing, requestId);
      return;
    }
    if (asksForWebSocket(incoming)) {
      send(webSocketRefusal(requestId), outgoing, requestId);
      return;
    }
    if (!knownMethods.includes(incoming.method ?? "")) {
      const error = new NexusError("METHOD_NOT_ALLOWED", { details: { allow: knownMethods } });
      send(restErrorReply(error, requestId), outgoing, requestId);
      return;
    }
    if (isDraining() && !healthPath.test(incoming.url ?? "/")) {
      const message = "This process is stopping; send the request again.";
      const stopping = new NexusError("OVERLOADED", { message, retryAfterMs: 1_000 });
      send(restErrorReply(stopping, requestId), outgoing, requestId);
      return;
    }
    if (isLate(incoming.socket) && !healthPath.test(incoming.url ?? "/")) {
      send(restErrorReply(noRoom(), requestId), outgoing, requestId);
      return;
    }
    const answering = dispatch(fromNode(incoming, outgoing, requestId));
    if (answering) {
      answering
        .catch((error: unknown) => {
          log.error({ err: error, requestId }, "a door threw");
          return restErrorReply(caughtError(error), requestId);
        })
        .then((reply) => send(reply, outgoing, requestId))
        .catch(() => outgoing.destroy());
      return;
    }
    if (pages && isPage(incoming.url ?? "/")) pages.request(incoming, outgoing);
    else send(restErrorReply(new NexusError("NOT_FOUND"), requestId), outgoing, requestId);
  };
};

const listening = (server: Server, { port, host, reusePort }: Listen): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ port, host, reusePort, backlog: 1_024 }, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address ? address.port : port);
    });
  });

/** Whoever offers another protocol (`h2c`, as some clients do by habit) is answered in this one. */
const isDevelopmentSocket = (pages: Pages | undefined, incoming: IncomingMessage): boolean =>
  pages?.upgrade !== undefined && incoming.url?.startsWith("/_next/") === true && asksForWebSocket(incoming);

/** Binds the public port. */
export const listen = async (options: Listen): Promise<Listener> => {
  const { pages, arrival = { headersMs: 10_000, requestMs: 30_000, lookMs: 2_000 } } = options;
  let leaving = false;
  let draining = false;
  const standstills = new StandstillWatch();
  const sockets = openWebSockets(options);
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: arrival.headersMs,
      requestTimeout: arrival.requestMs,
      // By default the two limits above are looked at twice a minute.
      connectionsCheckingInterval: arrival.lookMs,
      keepAliveTimeout: 65_000,
      noDelay: true,
      shouldUpgradeCallback: (incoming) =>
        isDevelopmentSocket(pages, incoming) ||
        (asksForWebSocket(incoming) &&
          isPlain(incoming) &&
          !draining &&
          !isLate(incoming.socket) &&
          sockets.takes(incoming)),
    },
    createHandler(
      options,
      () => leaving,
      () => draining,
      (socket) => isLate(socket),
    ),
  );
  const isLate = keepRoom(
    server,
    options.limits ?? connectionLimits(),
    (socket) => {
      // Written, and the descriptor free, before the next connection is taken.
      socket.write(rawReply("503 Service Unavailable", noRoom(), options.newId()));
      socket.destroy();
    },
    options.log,
  );
  server.maxRequestsPerSocket = 0;
  server.on("clientError", (error: NodeJS.ErrnoException, socket) => {
    if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" && isArriving(socket)) return;
    // Whatever is too late now was under way then.
    refuseRaw(error, socket, options.newId(), () => standstills.within(arrival.headersMs));
  });
  server.on("upgrade", (incoming, socket, head) => {
    if (isDevelopmentSocket(pages, incoming)) pages?.upgrade?.(incoming, socket, head);
    else sockets.upgrade(incoming, socket, head);
  });
  server.on("connect", refuseConnect);
  const port = await listening(server, options);
  return {
    port,
    leave: () => {
      leaving = true;
    },
    drain: (deadlineMs) =>
      new Promise((resolve) => {
        leaving = true;
        draining = true;
        standstills.close();
        void sockets.drain(deadlineMs);
        const timer = setTimeout(() => {
          server.closeAllConnections();
          resolve();
        }, deadlineMs);
        // A stream that was answered before keeps its connection alive, and would be waited for to the deadline.
        const sweep = setInterval(() => server.closeIdleConnections(), sweepMs);
        server.close(() => {
          clearTimeout(timer);
          clearInterval(sweep);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
};
