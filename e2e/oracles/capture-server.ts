import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Server } from "node:net";
import { buffer } from "node:stream/consumers";
import { createSelfSigned } from "../../test/self-signed.ts";

/** A request as it came over the wire. */
export interface CapturedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

export interface CannedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

type Answer = (request: CapturedRequest) => CannedAnswer | Promise<CannedAnswer>;

/** A server on loopback that keeps what it is asked, and answers as it is told. */
export interface CaptureServer {
  readonly url: string;
  /** The same over TLS, with a certificate that nobody vouches for: some clients speak nothing else. */
  readonly tlsUrl: string;
  readonly answer: (answer: CannedAnswer | Answer) => void;
  /** What has come since the last time. */
  readonly take: () => CapturedRequest[];
  readonly close: () => Promise<void>;
}

const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
};

export const openCaptureServer = async (): Promise<CaptureServer> => {
  let answer: Answer = () => ({ status: 200 });
  let requests: CapturedRequest[] = [];
  const listener: RequestListener = (request, response) => {
    const keep = async (): Promise<void> => {
      const { pathname, search } = new URL(request.url ?? "/", "http://vendor");
      const { method = "", headers } = request;
      const captured = { method, path: pathname, query: search, headers, body: await buffer(request) };
      requests.push(captured);
      const { status, headers: told, body } = await answer(captured);
      response.writeHead(status, told).end(body);
    };
    keep().catch(() => response.destroy());
  };
  const servers = [createServer(listener), createTlsServer(createSelfSigned(), listener)] as const;
  const [port, tlsPort] = [await listen(servers[0]), await listen(servers[1])];
  return {
    url: `http://127.0.0.1:${port}`,
    tlsUrl: `https://127.0.0.1:${tlsPort}`,
    answer: (next) => {
      answer = typeof next === "function" ? next : () => next;
    },
    take: () => requests.splice(0),
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise<void>((resolve) => server.close(() => resolve()));
      }
    },
  };
};
