import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

/** An answer that is none. */
export interface Garbage {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How Auth behaves: as itself, silently, or in words that mean nothing. */
export type AuthMode = "real" | "hanging" | "reset" | Garbage;

/** A stand-in in front of the real Auth that can be made to misbehave. */
export interface SwitchableAuth {
  readonly url: string;
  mode: AuthMode;
  /** Whether its feed of revocations is let through; what goes on of it ends with `false`. */
  feed: boolean;
  /** Closes the port. */
  readonly stop: () => Promise<void>;
  /** Opens it again. */
  readonly start: () => Promise<void>;
}

const forward = async (target: string, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) {
    if (typeof value === "string" && !/^(host|connection|content-length|transfer-encoding|accept-encoding)$/.test(name))
      headers.set(name, value);
  }
  const { method = "GET", url = "/" } = incoming;
  const left = new AbortController();
  outgoing.once("close", () => left.abort());
  const answer = await fetch(target + url, {
    method,
    headers,
    redirect: "manual",
    signal: left.signal,
    ...(method === "GET" ? {} : { body: Buffer.concat(chunks) }),
  });
  outgoing.writeHead(answer.status, { "content-type": answer.headers.get("content-type") ?? "text/plain" });
  // As it comes: the feed of revocations goes on for as long as somebody reads it.
  for await (const chunk of answer.body ?? []) outgoing.write(chunk);
  outgoing.end();
};

export const startSwitchableAuth = async (target: string): Promise<SwitchableAuth> => {
  const followers = new Set<ServerResponse>();
  let feed = true;
  const server = createServer((incoming, outgoing) => {
    const { mode } = self;
    if (incoming.url?.startsWith("/api/revocations")) {
      if (!feed) {
        incoming.socket.resetAndDestroy();
        return;
      }
      followers.add(outgoing);
      outgoing.once("close", () => followers.delete(outgoing));
    }
    if (mode === "hanging") return;
    if (mode === "reset") {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (mode === "real") {
      forward(target, incoming, outgoing).catch(() => outgoing.destroy());
      return;
    }
    outgoing.writeHead(mode.status, { "content-type": "application/json", ...mode.headers });
    outgoing.end(mode.body);
  });
  const listen = (port: number): Promise<number> =>
    new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", () => {
        const address = server.address();
        resolve(typeof address === "object" && address ? address.port : port);
      });
    });
  const port = await listen(0);
  const self: SwitchableAuth = {
    url: `http://127.0.0.1:${port}`,
    mode: "real",
    get feed() {
      return feed;
    },
    set feed(open) {
      feed = open;
      if (!open) for (const follower of followers) follower.destroy();
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
    start: async () => {
      await listen(port);
    },
  };
  return self;
};
