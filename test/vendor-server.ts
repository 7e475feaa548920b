import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { ProviderIo } from "../server/contracts/ai-vendor.ts";
import { openDownloads } from "../server/gateway/download-file.ts";
import { systemClock } from "../server/platform/clock.ts";
import { createEgress } from "../server/platform/egress/index.ts";
import { silentLogger } from "../server/platform/logger.ts";

/** What the vendor was sent. */
export interface SentRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
  readonly text: string;
}

type Reply = (response: ServerResponse, request: SentRequest) => void;

/** A vendor on loopback that answers whatever a test tells it to, and remembers what it was asked. */
export interface VendorServer {
  readonly baseUrl: string;
  readonly sent: SentRequest[];
  reply: Reply;
  readonly io: (model: string, credential: Readonly<Record<string, string>>, options?: IoOptions) => ProviderIo;
  readonly close: () => Promise<void>;
}

interface IoOptions {
  readonly baseUrl?: string;
  readonly firstByteMs?: number;
  readonly signal?: AbortSignal;
}

/** The requests of the tests are JSON objects, or forms, which are looked at as text. */
const asObject = (text: string, type: string | undefined): Readonly<Record<string, unknown>> =>
  /^(multipart|audio|video)\//.test(type ?? "") || text === ""
    ? {}
    : (JSON.parse(text) as Readonly<Record<string, unknown>>);

/** `further`: other hosts that may be asked, such as the sandbox's. */
export const startVendorServer = async (further: readonly string[] = []): Promise<VendorServer> => {
  const sent: SentRequest[] = [];
  const http = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8");
    request.on("data", (chunk: string) => (text += chunk));
    request.on("end", () => {
      const seen = {
        path: request.url ?? "",
        headers: request.headers,
        text,
        body: asObject(text, request.headers["content-type"]),
      };
      sent.push(seen);
      server.reply(response, seen);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const egress = createEgress({
    allow: [host, "127.0.0.1:9", ...further],
    log: silentLogger,
    clock: systemClock,
  });
  const baseUrl = `http://${host}/base`;

  const server: VendorServer = {
    baseUrl,
    sent,
    reply: (response) => response.writeHead(500).end(),
    io(
      model,
      credential,
      { baseUrl: address = baseUrl, firstByteMs = 5_000, signal = new AbortController().signal } = {},
    ) {
      const within = {
        vendor: "contract",
        deadlineMs: 10_000,
        firstByteMs,
        idleMs: 500,
        maxBytes: 4_000_000,
        signal,
      };
      const attempt = egress.attempt({
        ...within,
        credentialId: "credential",
        credentialVersion: 1,
        baseUrl: address,
      });
      return {
        model,
        credential,
        baseUrl: address,
        send: attempt.send,
        download: openDownloads(egress, within).download,
        signal,
        operationId: "operation-1",
        maxOutputTokens: 123,
      };
    },
    async close() {
      await egress.close();
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  return server;
};
