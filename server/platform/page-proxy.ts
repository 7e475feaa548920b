import { request as httpRequest, Agent } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { connect } from "node:net";
import { pipeline, type Duplex } from "node:stream";

/** The origin of a page request: each serves only its own pages. */
export type Surface = "dashboard" | "auth";

export interface PageProxy {
  readonly request: (incoming: IncomingMessage, outgoing: ServerResponse) => void;
  readonly upgrade: (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void;
}

const startingPage = `<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="2">
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>Topolo</title>
<style>body{font:16px/1.5 system-ui;display:grid;place-items:center;min-height:90vh;margin:0}p{max-width:32rem;padding:1rem}</style>
<p role="status"><strong>The pages are starting.</strong><br>This page tries again every two seconds. The API already answers.</p></html>`;

type PageHeaders = Record<string, string | string[] | undefined>;

/** Of one connection, and not of what is said over it: kept alive or not is for each side to say of its own. */
const ofConnection = ["connection", "keep-alive", "proxy-connection"] as const;

const withoutConnection = (headers: PageHeaders): PageHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofConnection.some((one) => one === name)));

/** The caller's address and host for the dashboard; the same headers from the caller are removed. */
const forwardedHeaders = (incoming: IncomingMessage, surface: Surface): PageHeaders => {
  // The first header can bypass middleware, so it is never accepted from outside.
  const { "x-middleware-subrequest": _bypass, "x-forwarded-for": _address, ...headers } = incoming.headers;
  return {
    ...headers,
    ...(incoming.socket.remoteAddress === undefined ? {} : { "x-forwarded-for": incoming.socket.remoteAddress }),
    "x-forwarded-host": incoming.headers.host,
    "x-forwarded-proto": "http",
    "x-topolo-surface": surface,
  };
};

/** Passes page requests on to the process that serves them on a loopback port. */
export const proxyPages = (portOf: () => number | undefined, surface: Surface): PageProxy => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const starting = (outgoing: ServerResponse): void => {
    if (outgoing.headersSent) {
      outgoing.destroy();
      return;
    }
    outgoing.writeHead(503, {
      "content-type": "text/html; charset=utf-8",
      "retry-after": "2",
      "cache-control": "no-store",
    });
    outgoing.end(startingPage);
  };
  return {
    request: (incoming, outgoing) => {
      const port = portOf();
      if (port === undefined) return starting(outgoing);
      const { method, headers } = incoming;
      const hasBody = headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
      const repeatable = (method === "GET" || method === "HEAD") && !hasBody;
      const ask = (): void => {
        const upstream = httpRequest(
          {
            host: "127.0.0.1",
            port,
            agent,
            method: incoming.method,
            path: incoming.url,
            headers: withoutConnection(forwardedHeaders(incoming, surface)),
          },
          (answer) => {
            outgoing.writeHead(answer.statusCode ?? 502, withoutConnection(answer.headers));
            // A broken answer must fail, not hang.
            pipeline(answer, outgoing, () => undefined);
          },
        );
        upstream.on("error", () => {
          // The other side may close a connection just when it is used again: that says nothing of whether it is up.
          if (repeatable && upstream.reusedSocket && !outgoing.headersSent && !outgoing.destroyed) ask();
          else starting(outgoing);
        });
        outgoing.on("close", () => upstream.destroy());
        if (repeatable) upstream.end();
        else incoming.pipe(upstream);
      };
      ask();
    },
    upgrade: (incoming, socket, head) => {
      const port = portOf();
      if (port === undefined) {
        socket.destroy();
        return;
      }
      const upstream = connect(port, "127.0.0.1", () => {
        const headers = Object.entries(forwardedHeaders(incoming, surface)).flatMap(([name, value]) =>
          value === undefined ? [] : `${name}: ${String(value)}`,
        );
        upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${headers.join("\r\n")}\r\n\r\n`);
        upstream.write(head);
        upstream.pipe(socket).pipe(upstream);
      });
      upstream.on("error", () => socket.destroy());
      socket.on("error", () => upstream.destroy());
      socket.on("close", () => upstream.destroy());
    },
  };
};
