import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { Logger } from "../platform/logger.ts";
import { maxBodyBytes } from "./dialect/answer-in-dialect.ts";
import type { Dispatch } from "./dispatch.ts";
import type { DoorReply } from "./door-request.ts";
import type { ServedSocket, SocketBounds } from "./client-socket.ts";
import { socketRequest } from "./socket-request.ts";

interface OpenWebSockets {
  readonly dispatch: Dispatch;
  readonly newId: () => string;
  readonly log: Logger;
  readonly bounds?: SocketBounds;
  readonly most?: number;
}

/** The WebSockets of a process. */
export interface WebSockets {
  /** Whether a request may become one. */
  readonly takes: (incoming: IncomingMessage) => boolean;
  readonly upgrade: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Each ends when the request on it is answered; at the deadline, all do. */
  readonly drain: (deadlineMs: number) => Promise<void>;
}

const usual: SocketBounds = { idleMs: 300_000, lifetimeMs: 3_600_000, pingMs: 30_000 };

const isSocketPath = /^\/v1\/(responses|realtime)(\?|$)/;

/** Of the protocols that clients offer, the one that is spoken; a key among them is never repeated. */
const spoken = "realtime";

const refuse = ({ status, headers, body }: DoorReply, socket: Duplex): void => {
  const text = typeof body === "string" ? body : "";
  const lines = Object.entries({ ...headers, connection: "close", "content-length": Buffer.byteLength(text) });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}\r\n${lines.map((line) => line.join(": ")).join("\r\n")}\r\n\r\n${text}`,
  );
};

/**
 * OpenAI's responses and realtime sessions over WebSocket. Whoever opens one is authenticated as with a request, and once
 * more with each request in it.
 * Proofs of a key are made for one request each, so that their holders are left with HTTP.
 */
export const openWebSockets = ({ dispatch, newId, log, bounds = usual, most = 500 }: OpenWebSockets): WebSockets => {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: maxBodyBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(spoken) ? spoken : false),
  });
  const open = new Set<ServedSocket>();
  return {
    takes: ({ method, url = "", headers }) =>
      method === "GET" && isSocketPath.test(url) && headers["dpop"] === undefined && open.size < most,
    upgrade: (incoming, socket, head) => {
      socket.on("error", () => socket.destroy());
      const { signal } = new AbortController();
      const [path = "", search] = (incoming.url ?? "").split("?", 2);
      const asked = socketRequest(incoming, { method: "GET", path, search, signal, requestId: newId() });
      const admit = async (): Promise<void> => {
        const reply = await dispatch(asked);
        if (reply === undefined) return void socket.destroy();
        const { offers } = reply;
        if (offers === undefined) return refuse(reply, socket);
        server.handleUpgrade(incoming, socket, head, (accepted) => {
          const served = offers.serve({ socket: accepted, incoming, dispatch, newId, log, bounds });
          open.add(served);
          void served.ended.finally(() => open.delete(served));
        });
      };
      admit().catch((error: unknown) => {
        log.error({ err: error }, "a WebSocket was not opened");
        socket.destroy();
      });
    },
    drain: async (deadlineMs) => {
      for (const { leave } of open) leave();
      const timer = setTimeout(() => {
        for (const client of server.clients) client.terminate();
      }, deadlineMs);
      await Promise.allSettled([...open].map(({ ended }) => ended));
      clearTimeout(timer);
    },
  };
};
