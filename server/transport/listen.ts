import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { NexusError } from "../errors.ts";
import type { Logger } from "../platform/logger.ts";
import type { Dispatch } from "./dispatch.ts";
import { fromNode, writeToNode, type DoorReply } from "./door-request.ts";
import { restErrorReply } from "./encode-error.ts";

/** Whatever is not the API: the dashboard, when there is one. */
export interface Pages {
  readonly request: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  readonly upgrade: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

interface Listen {
  readonly dispatch: Dispatch;
  readonly pages: Pages | undefined;
  readonly newId: () => string;
  readonly log: Logger;
  readonly port: number;
  readonly host: string;
  /** Several processes share the port; the kernel spreads connections. */
  readonly reusePort: boolean;
}

/** A listening gateway. */
export interface Listener {
  readonly port: number;
  /** Takes no new connection; resolves when the last request has ended, or at the deadline. */
  readonly drain: (deadlineMs: number) => Promise<void>;
}

const securityHeaders = { "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" } as const;

const withSecurity = (reply: DoorReply): DoorReply => ({ ...reply, headers: { ...securityHeaders, ...reply.headers } });

/** Absolute-form targets and missing hosts are how requests get smuggled past routing. */
const isPlain = (incoming: IncomingMessage): boolean =>
  incoming.url?.charCodeAt(0) === 47 && incoming.headers.host !== undefined;

const isApi = (url: string): boolean => /^\/(v1|api)(\/|\?|$)/.test(url) && !url.startsWith("/api/auth/");

const createHandler = ({ dispatch, pages, newId, log }: Listen) => {
  const send = (reply: DoorReply, outgoing: ServerResponse): void => {
    writeToNode(withSecurity(reply), outgoing).catch((error: unknown) => {
      // The status line is out: all that is left is to end the connection so that the caller knows.
      log.warn({ err: error }, "reply broke off");
      outgoing.destroy();
    });
  };
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const requestId = newId();
    outgoing.on("error", () => undefined);
    if (!isPlain(incoming)) {
      send(
        restErrorReply(new NexusError("INVALID_INPUT", { message: "Send a plain path and a Host header." }), requestId),
        outgoing,
      );
      return;
    }
    const answering = dispatch(fromNode(incoming, outgoing, requestId));
    if (answering) {
      void answering.then((reply) => send(reply, outgoing));
      return;
    }
    if (pages && !isApi(incoming.url ?? "/")) pages.request(incoming, outgoing);
    else send(restErrorReply(new NexusError("NOT_FOUND"), requestId), outgoing);
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

/** Binds the public port. */
export const listen = async (options: Listen): Promise<Listener> => {
  const server = createServer(
    {
      maxHeaderSize: 16 * 1024,
      headersTimeout: 10_000,
      requestTimeout: 30_000,
      keepAliveTimeout: 65_000,
      noDelay: true,
    },
    createHandler(options),
  );
  server.maxRequestsPerSocket = 0;
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
  });
  server.on("upgrade", (incoming, socket, head) => {
    if (options.pages && !isApi(incoming.url ?? "/")) options.pages.upgrade(incoming, socket, head);
    else socket.destroy();
  });
  const port = await listening(server, options);
  return {
    port,
    drain: (deadlineMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => {
          server.closeAllConnections();
          resolve();
        }, deadlineMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
};
