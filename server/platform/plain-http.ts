import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** The methods anything here may answer to. TRACE would show a caller's own secrets to a script; the rest is not ours. */
export const knownMethods: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

/** Where the public address is an https one, browsers come by TLS alone for a year (RFC 6797). Other hosts of the domain are not ours to bind. */
export const transportSecurity = { "strict-transport-security": "max-age=31536000" } as const;

/** Asks for a WebSocket, among other things or alone; other offers, such as `h2c`, are passed over. */
export const asksForWebSocket = ({ headers }: IncomingMessage): boolean =>
  headers.upgrade !== undefined &&
  headers.upgrade.split(",").some((protocol) => /^websocket(\/|$)/i.test(protocol.trim()));

/** What an answer to such a request says: speak HTTP (RFC 9110 §15.5.22), on another connection. */
export const upgradeHeaders = { upgrade: "HTTP/1.1", connection: "upgrade, close" } as const;

/** CONNECT makes a socket of a request: it gets its answer and an end. */
export const refuseConnect = (_request: IncomingMessage, socket: Duplex): void => {
  socket.on("error", () => undefined);
  socket.end(
    `HTTP/1.1 405 Method Not Allowed\r\nallow: ${knownMethods.join(", ")}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
    () => socket.destroy(),
  );
};
