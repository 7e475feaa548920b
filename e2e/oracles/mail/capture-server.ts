import { createServer, type IncomingMessage } from "node:http";

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

/** A server on loopback that keeps what it is asked, and answers as it is told. */
export interface CaptureServer {
  readonly url: string;
  readonly answer: (answer: CannedAnswer) => void;
  /** What has come since the last time. */
  readonly take: () => CapturedRequest[];
  readonly close: () => Promise<void>;
}

export const openCaptureServer = async (): Promise<CaptureServer> => {
  let canned: CannedAnswer = { status: 200 };
  let requests: CapturedRequest[] = [];
  const server = createServer((request, response) => {
    const keep = async (): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { pathname, search } = new URL(request.url ?? "/", "http://vendor");
      const { method = "", headers } = request;
      requests.push({ method, path: pathname, query: search, headers, body: Buffer.concat(chunks) });
      response.writeHead(canned.status, canned.headers).end(canned.body);
    };
    keep().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    answer: (answer) => {
      canned = answer;
    },
    take: () => requests.splice(0),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
};
