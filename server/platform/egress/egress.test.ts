import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from "node:net";
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../clock.ts";
import { silentLogger } from "../logger.ts";
import {
  createEgress,
  EgressError,
  type AttemptRequest,
  type Egress,
  type EgressOptions,
  type ExchangeEvent,
} from "./index.ts";

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((close) => close()));
});

const listen = async (server: Server, sockets: Set<Socket>): Promise<string> => {
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
};
const http = (listener: RequestListener): Promise<string> => listen(createServer(listener), new Set());
const tcp = (onConnection: (socket: Socket) => void): Promise<string> =>
  listen(createTcpServer(onConnection), new Set());

const start = (hosts: readonly string[], options: Partial<EgressOptions> = {}): Egress => {
  const egress = createEgress({ allow: hosts, log: silentLogger, clock: systemClock, ...options });
  opened.push(() => egress.close());
  return egress;
};

const attemptOf = (egress: Egress, host: string, options: Partial<AttemptRequest> = {}) =>
  egress.attempt({
    vendor: "test",
    credentialId: "c1",
    credentialVersion: 1,
    baseUrl: `http://${host}/v1`,
    deadlineMs: 5_000,
    firstByteMs: 5_000,
    idleMs: 5_000,
    maxBytes: 100_000,
    signal: new AbortController().signal,
    ...options,
  });

const post = {
  method: "POST",
  path: "/chat",
  headers: { authorization: "Bearer canary-9f2" },
  body: "{}",
} as const;

const read = async (body: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

const failureOf = async (promise: Promise<unknown>): Promise<EgressError> => {
  const error: unknown = await promise.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (!(error instanceof EgressError)) throw new Error("expected an EgressError", { cause: error });
  expect(JSON.stringify({ ...error, message: error.message, stack: error.stack })).not.toContain("canary");
  return error;
};

describe("send and fetch", () => {
  it("send what was asked, with the headers of the gateway, below the base path", async () => {
    const host = await http((request, response) => {
      let body = "";
      request.on("data", (chunk) => (body += String(chunk)));
      request.on("end", () => response.end(JSON.stringify({ url: request.url, headers: request.headers, body })));
    });
    const attempt = attemptOf(start([host]), host);
    const sent: unknown = JSON.parse(await read((await attempt.send(post)).body));
    expect(sent).toMatchObject({
      url: "/v1/chat",
      body: "{}",
      headers: {
        "x-nexus-hop": "1",
        "accept-encoding": "identity",
        authorization: "Bearer canary-9f2",
        host,
      },
    });
    const answer = await attempt.fetch(`http://${host}/v1/x?y=1`, {
      headers: { "Accept-Encoding": "gzip", "X-Nexus-Hop": "0" },
    });
    expect(await answer.json()).toMatchObject({
      url: "/v1/x?y=1",
      headers: { "accept-encoding": "identity", "x-nexus-hop": "1" },
    });
    expect(attempt.wire).toEqual({ sent: true, answered: true, status: 200, requests: 2, readerWasSlow: false });
  });

  it("keep connections apart by credential and close the least recently used pool", async () => {
    const ports = new Set<number>();
    const host = await http((request, response) => {
      ports.add(request.socket.remotePort ?? 0);
      response.end("ok");
    });
    const egress = start([host], { maxPools: 2 });
    const once = async (credentialId: string, credentialVersion = 1) => {
      await read((await attemptOf(egress, host, { credentialId, credentialVersion }).send(post)).body);
      // The connection is free again a turn after the answer's end.
      await new Promise((resolve) => setImmediate(resolve));
    };
    await once("a");
    await once("a");
    expect(ports.size).toBe(1);
    await once("b");
    await once("a", 2);
    expect(ports.size).toBe(3);
    await once("a", 1);
    expect(ports.size).toBe(4);
  });

  it("send nothing after the deadline, although the process stood still before it had a connection", async () => {
    let met = 0;
    const host = await http((_request, response) => {
      met += 1;
      response.end("ok");
    });
    const attempt = attemptOf(start([host]), host, { deadlineMs: 200 });
    const sending = attempt.send(post).catch((error: unknown) => error);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
    expect(await sending).toMatchObject({ reason: "deadline", sent: false });
    expect([met, attempt.wire.sent]).toEqual([0, false]);
  });

  it("make a slow reader slow the vendor, not the memory", async () => {
    const piece = Buffer.alloc(64 * 1024, 97);
    let written = 0;
    const host = await http((_request, response) => {
      const more = (): void => {
        while (written < 64 * 1024 * 1024) {
          written += piece.length;
          if (!response.write(piece)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    const answer = await attemptOf(start([host]), host, { maxBytes: 1e9, idleMs: 200 }).send(post);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(written).toBeLessThan(32 * 1024 * 1024);
    let total = 0;
    for await (const chunk of answer.body) total += chunk.length;
    expect(total).toBe(64 * 1024 * 1024);
  });
});

describe("where an attempt may go", () => {
  it("refuses another origin, before a byte leaves", async () => {
    let visits = 0;
    const other = await http((_request, response) => response.end(String(++visits)));
    const host = await http((_request, response) => response.end());
    const attempt = attemptOf(start([host, other]), host);
    for (const url of [
      `http://${other}/v1`,
      `http://user@${host}/v1`,
      `https://${host}/v1`,
      "data:text/plain,x",
      "/v1",
    ]) {
      expect((await failureOf(attempt.fetch(url))).sent).toBe(false);
    }
    expect(visits).toBe(0);
    expect(attempt.wire.sent).toBe(false);
  });

  it("refuses redirects", async () => {
    let visits = 0;
    const other = await http((_request, response) => response.end(String(++visits)));
    const host = await http((_request, response) => response.writeHead(307, { location: `http://${other}/` }).end());
    const failure = await failureOf(attemptOf(start([host, other]), host).send(post));
    expect(failure).toMatchObject({ reason: "redirect", sent: true, status: 307 });
    expect(visits).toBe(0);
  });

  it.each([
    ["private", [{ address: "127.0.0.1", family: 4 }]],
    [
      "mixed",
      [
        { address: "1.1.1.1", family: 4 },
        { address: "10.0.0.7", family: 4 },
      ],
    ],
    ["mapped", [{ address: "::ffff:127.0.0.1", family: 6 }]],
    ["none", []],
  ])("refuses a public name with %s answers", async (_name, answers) => {
    const egress = start([], { resolve: () => Promise.resolve(answers) });
    const attempt = attemptOf(egress, "x", { baseUrl: "https://api.example.com/v1" });
    expect(await failureOf(attempt.send(post))).toMatchObject({
      reason: "address_refused",
      sent: false,
    });
  });

  it("says so when a name does not resolve", async () => {
    const egress = start([], { resolve: () => Promise.reject(new Error("no such name")) });
    const failure = await failureOf(attemptOf(egress, "x", { baseUrl: "https://api.example.com" }).send(post));
    expect(failure).toMatchObject({ reason: "name_unresolved", sent: false });
  });
});

describe("whether bytes left", () => {
  it("not on a refused connection", async () => {
    const attempt = attemptOf(start(["127.0.0.1:9"]), "127.0.0.1:9");
    expect(await failureOf(attempt.send(post))).toMatchObject({
      reason: "connect_failed",
      sent: false,
    });
    expect(await failureOf(attempt.fetch("http://127.0.0.1:9/v1"))).toMatchObject({
      reason: "connect_failed",
    });
    expect(attempt.wire).toEqual({
      sent: false,
      answered: false,
      status: undefined,
      requests: 0,
      readerWasSlow: false,
    });
  });

  it("not on a failed TLS handshake", async () => {
    const host = await tcp((socket) => socket.end("this is not TLS"));
    const attempt = attemptOf(start([host]), host, { baseUrl: `https://${host}` });
    expect(await failureOf(attempt.send(post))).toMatchObject({
      reason: "connect_failed",
      sent: false,
    });
  });

  it("not when a header cannot be written", async () => {
    const host = await http((_request, response) => response.end());
    const attempt = attemptOf(start([host]), host);
    const failure = await failureOf(attempt.send({ ...post, headers: { authorization: "canary\r\nx: y" } }));
    expect(failure).toMatchObject({ reason: "request_invalid", sent: false });
  });

  it("not while waiting for a connection that never comes free", async () => {
    const host = await http(() => undefined);
    const egress = start([host], { connectionsPerPool: 1 });
    const first = attemptOf(egress, host);
    const hanging = first.send(post);
    const waiting = attemptOf(egress, host, { firstByteMs: 100 });
    expect(await failureOf(waiting.send(post))).toMatchObject({
      reason: "first_byte",
      sent: false,
    });
    first.close();
    expect(await failureOf(hanging)).toMatchObject({ reason: "aborted", sent: true });
    expect(waiting.wire.requests).toBe(0);
  });

  it("exactly as the HTTP client tells it", async () => {
    let told = 0;
    const count = (): void => void told++;
    subscribe("undici:client:sendHeaders", count);
    opened.push(() => Promise.resolve(unsubscribe("undici:client:sendHeaders", count)));
    const host = await http((_request, response) => response.end("ok"));
    const egress = start([host, "127.0.0.1:9"], { connectionsPerPool: 1 });
    const attempts = Array.from({ length: 5 }, () => attemptOf(egress, host));
    await Promise.all(attempts.map(async (attempt) => read((await attempt.send(post)).body)));
    const refused = attemptOf(egress, "127.0.0.1:9");
    await failureOf(refused.send(post));
    expect(attempts.map(({ wire }) => wire.requests)).toEqual([1, 1, 1, 1, 1]);
    expect(refused.wire.requests).toBe(0);
    expect(told).toBe(5);
  });

  it("not by a request that only prepares, whatever became of it", async () => {
    const prepare = { ...post, path: "/token", prepares: true };
    const server = createServer((_, response) => response.writeHead(200, { connection: "close" }).end("token"));
    const host = await listen(server, new Set());
    const attempt = attemptOf(start([host]), host);
    expect(await read((await attempt.send(prepare)).body)).toBe("token");
    expect(attempt.wire).toMatchObject({ sent: false, answered: false, status: 200 });
    await new Promise((resolve) => server.close(resolve));
    // Nothing listens there any more: the connection of the request proper never becomes ready.
    expect(await failureOf(attempt.send(post))).toMatchObject({ reason: "connect_failed", sent: false });
    const hangs = await tcp((socket) => socket.once("data", () => socket.destroy()));
    const cut = attemptOf(start([hangs]), hangs);
    expect(await failureOf(cut.send(prepare))).toMatchObject({ reason: "cut", sent: false });
    expect(await failureOf(cut.send(post))).toMatchObject({ reason: "cut", sent: true });
  });

  it("yes when the connection is cut before, or in the middle of, an answer", async () => {
    const silent = await tcp((socket) => socket.once("data", () => socket.destroy()));
    expect(await failureOf(attemptOf(start([silent]), silent).send(post))).toMatchObject({
      reason: "cut",
      sent: true,
    });
    const half = await tcp((socket) =>
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nabc")),
    );
    const attempt = attemptOf(start([half]), half);
    const answer = await attempt.send(post);
    expect(await failureOf(read(answer.body))).toMatchObject({
      reason: "cut",
      sent: true,
      status: 200,
    });
    expect(attempt.wire.answered).toBe(true);
  });
});

describe("limits", () => {
  it("hang: the first byte limit", async () => {
    const host = await http(() => undefined);
    expect(await failureOf(attemptOf(start([host]), host, { firstByteMs: 100 }).send(post))).toMatchObject({
      reason: "first_byte",
      sent: true,
    });
  });

  it("stall: the idle limit", async () => {
    const host = await http((_request, response) => response.write("x"));
    const answer = await attemptOf(start([host]), host, { idleMs: 100 }).send(post);
    expect(await failureOf(read(answer.body))).toMatchObject({ reason: "idle", sent: true });
  });

  it("drip: the total deadline, on time, over all requests of the attempt", async () => {
    const host = await http((_request, response) => {
      const timer = setInterval(() => response.write("x"), 20);
      response.on("close", () => clearInterval(timer));
    });
    const attempt = attemptOf(start([host]), host, { deadlineMs: 300, idleMs: 100 });
    const startedAt = performance.now();
    const answer = await attempt.send(post);
    expect((await failureOf(read(answer.body))).reason).toBe("deadline");
    expect(performance.now() - startedAt).toBeLessThan(1_500);
    expect((await failureOf(attempt.send(post))).reason).toBe("deadline");
  });

  it("bytes: announced, chunked and endless", async () => {
    const announced = await http((_request, response) => response.writeHead(200, { "content-length": 1e9 }).write("x"));
    expect((await failureOf(attemptOf(start([announced]), announced).send(post))).reason).toBe("too_large");
    const endless = await http((_request, response) => {
      const timer = setInterval(() => response.write(Buffer.alloc(40_000)), 1);
      response.on("close", () => clearInterval(timer));
    });
    const answer = await attemptOf(start([endless]), endless).send(post);
    expect((await failureOf(read(answer.body))).reason).toBe("too_large");
    const response = await attemptOf(start([endless]), endless).fetch(`http://${endless}/v1`);
    expect((await failureOf(response.text())).reason).toBe("too_large");
  });

  const text = "Grüß Gott, ".repeat(5_000);
  const packed = [
    ["gzip", gzipSync(text)],
    ["x-gzip", gzipSync(text)],
    ["deflate", deflateSync(text)],
    ["br", brotliCompressSync(text)],
    ["zstd", zstdCompressSync(text)],
    ["gzip, br", brotliCompressSync(gzipSync(text))],
    ["identity", Buffer.from(text)],
  ] as const;
  it.each(packed)("an answer in %s, which nobody asked for, is read all the same", async (encoding, body) => {
    const host = await http((_request, response) => {
      response.writeHead(200, { "content-encoding": encoding });
      for (let at = 0; at < body.length; at += 97) response.write(body.subarray(at, at + 97));
      response.end();
    });
    const answer = await attemptOf(start([host]), host).send(post);
    expect(await read(answer.body)).toBe(text);
    expect(answer.headers).not.toHaveProperty("content-encoding", "gzip");
    expect(await (await attemptOf(start([host]), host).fetch(`http://${host}/v1`)).text()).toBe(text);
  });

  it("a bomb, what is no compression at all, and what nobody knows", async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    const host = await http((_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb));
    const exploding = await attemptOf(start([host]), host).send(post);
    expect(await failureOf(read(exploding.body))).toMatchObject({ reason: "too_large", status: 200, sent: true });
    const liar = await http((_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("{}"));
    const garbled = await attemptOf(start([liar]), liar).send(post);
    expect(await failureOf(read(garbled.body))).toMatchObject({ reason: "encoded", status: 200, sent: true });
    const odd = await http((_request, response) => response.writeHead(200, { "content-encoding": "lzma" }).end("{}"));
    expect(await failureOf(attemptOf(start([odd]), odd).send(post))).toMatchObject({ reason: "encoded", status: 200 });
  });

  it("a flood of headers, and what is not HTTP", async () => {
    const flood = await tcp((socket) =>
      socket.once("data", () => socket.write(`HTTP/1.1 200 OK\r\n${"a: b\r\n".repeat(1e5)}`)),
    );
    expect((await failureOf(attemptOf(start([flood]), flood).send(post))).reason).toBe("protocol");
    const garbage = await tcp((socket) => socket.once("data", () => socket.end("hello there\r\n\r\n")));
    expect((await failureOf(attemptOf(start([garbage]), garbage).send(post))).reason).toBe("protocol");
  });

  it("the caller's signal, before and during", async () => {
    const host = await http((_request, response) => response.write("x"));
    const egress = start([host]);
    const gone = attemptOf(egress, host, { signal: AbortSignal.abort() });
    expect(await failureOf(gone.send(post))).toMatchObject({ reason: "aborted", sent: false });
    const leaving = new AbortController();
    const answer = await attemptOf(egress, host, { signal: leaving.signal }).send(post);
    leaving.abort();
    expect(await failureOf(read(answer.body))).toMatchObject({ reason: "aborted", sent: true });
  });
});

describe("json", () => {
  it("speaks JSON with our own services, within limits", async () => {
    const events: ExchangeEvent[] = [];
    const host = await http((request, response) => {
      if (request.url === "/hang") return;
      if (request.url === "/text") return void response.end("no json");
      if (request.url === "/away") return void response.writeHead(302, { location: "/" }).end();
      response.writeHead(request.url === "/none" ? 204 : 401, {
        "content-type": "application/json",
      });
      response.end(
        request.url === "/none"
          ? undefined
          : JSON.stringify({ method: request.method, type: request.headers["content-type"] }),
      );
    });
    const egress = start([], { observe: (event) => events.push(event) });
    expect(await egress.json({ url: `http://${host}/a`, method: "POST", body: { x: 1 } })).toMatchObject({
      status: 401,
      body: { method: "POST", type: "application/json" },
    });
    expect(await egress.json({ url: `http://${host}/none` })).toMatchObject({
      status: 204,
      body: undefined,
    });
    expect((await failureOf(egress.json({ url: `http://${host}/hang`, timeoutMs: 100 }))).reason).toMatch(
      /deadline|first_byte/,
    );
    expect((await failureOf(egress.json({ url: `http://${host}/text` }))).reason).toBe("protocol");
    expect((await failureOf(egress.json({ url: `http://${host}/away` }))).reason).toBe("redirect");
    expect((await failureOf(egress.json({ url: "nonsense" }))).reason).toBe("request_invalid");
    expect(events.length).toBe(5);
  });
});
