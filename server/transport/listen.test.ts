import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newId } from "../platform/ids.ts";
import { silentLogger } from "../platform/logger.ts";
import type { Dispatch } from "./dispatch.ts";
import type { DoorReply } from "./door-request.ts";
import { listen, type Listener, type Pages } from "./listen.ts";

const json = (body: unknown): DoorReply => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: JSON.stringify(body),
});

let listener: Listener;
let release: () => void;
/** Told when `/left` has been asked for, and whether its caller was seen to leave. */
let arrived: PromiseWithResolvers<{ readonly left: Promise<boolean> }>;

/** Told when the headers of `/late` are there. */
const begun = Promise.withResolvers<void>();

/** Paths with a body that breaks off, that takes its time, and that looks for its caller late. */
const dispatch: Dispatch = async (request) => {
  if (request.path === "/breaks") {
    return {
      status: 200,
      headers: {},
      body: (async function* () {
        yield "first";
        await new Promise((resolve) => setTimeout(resolve, 50));
        throw new Error("broke");
      })(),
    };
  }
  if (request.path === "/waits") await new Promise<void>((resolve) => (release = resolve));
  if (request.path === "/left") {
    const left = new Promise<void>((resolve) => setTimeout(resolve, 150)).then(() => request.signal.aborted);
    arrived.resolve({ left });
    await left;
  }
  if (request.path === "/late") begun.resolve();
  if (request.path === "/throws") throw new Error("a secret in a message");
  if (request.path === "/upload") {
    const pieces: Uint8Array[] = [];
    for await (const piece of request.chunks?.() ?? []) pieces.push(piece);
    return json({ body: Buffer.concat(pieces).toString() });
  }
  if (request.path === "/large") return { status: 200, headers: {}, body: Buffer.alloc(8_000_000, "x") };
  return json({ path: request.path, body: (await request.body(64)).toString() });
};

const opened: Socket[] = [];

const open = (): Socket => {
  const socket = connect(listener.port, "127.0.0.1");
  socket.on("error", () => undefined);
  opened.push(socket);
  return socket;
};

/** What comes back on a connection that is closed by the server, or within a moment. */
const raw = async (bytes: string | Buffer, waitMs = 400): Promise<string> => {
  const socket = open();
  socket.write(bytes);
  const timer = setTimeout(() => socket.end(), waitMs);
  const answer = await text(socket).catch(() => "");
  clearTimeout(timer);
  return answer;
};

beforeEach(async () => {
  listener = await listen({
    dispatch,
    pages: undefined,
    newId,
    log: silentLogger,
    port: 0,
    host: "127.0.0.1",
    reusePort: false,
  });
});
afterEach(async () => {
  for (const socket of opened.splice(0)) socket.destroy();
  await listener.drain(100);
});

const refused: readonly (readonly [string, string, string])[] = [
  [
    "length and chunks",
    "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "400",
  ],
  ["two hosts", "GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "400"],
  ["no host in HTTP/1.0", "GET /x HTTP/1.0\r\n\r\n", "400"],
  ["an absolute target", "GET http://elsewhere/x HTTP/1.1\r\nHost: a\r\n\r\n", "400"],
  ["an asterisk", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", "400"],
  ["a bad chunk", "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", "400"],
  ["a folded header", "GET /x HTTP/1.1\r\nHost: a\r\nX-Y: a\r\n b\r\n\r\n", "400"],
  ["two lengths", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", "400"],
  ["a negative length", "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n", "400"],
  ["a bare line feed", "GET /x HTTP/1.1\nHost: a\n\n", "400"],
  ["NUL in a header", "GET /x HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", "400"],
  ["another protocol", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "400"],
  ["large headers", `GET /x HTTP/1.1\r\nHost: a\r\nX: ${"y".repeat(20_000)}\r\n\r\n`, "431"],
  ["a flood of headers", `GET /x HTTP/1.1\r\nHost: a\r\n${"X: y\r\n".repeat(4_000)}\r\n`, "431"],
];

describe("a request that is no plain HTTP/1.1", () => {
  it.each(refused)("is refused for %s, in the envelope", async (_name, bytes, status) => {
    const answer = await raw(Buffer.from(bytes, "latin1"));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer.toLowerCase()).toContain("x-request-id: ");
    expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4))).toMatchObject({
      error: { code: "INVALID_INPUT", effect: "none", requestId: expect.any(String) },
    });
  });

  it("is answered in HTTP/1.1 where it offers another protocol", async () => {
    const upgrade =
      "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n";
    const answer = await raw(`POST /x HTTP/1.1\r\nHost: a\r\n${upgrade}Content-Length: 2\r\n\r\nhi`);
    expect(answer).toMatch(/^HTTP\/1.1 200 /);
    expect(answer).toContain('{"path":"/x","body":"hi"}');
  });
});

/** Answers at once, and is closed at once: what hangs would be cut off after ten seconds. */
const closesWith = async (bytes: string): Promise<{ readonly answer: string; readonly ms: number }> => {
  const began = performance.now();
  const answer = await raw(bytes, 10_000);
  return { answer, ms: performance.now() - began };
};

describe("a WebSocket", () => {
  const upgrade = "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";
  const pages: Pages = { request: (_incoming, outgoing) => void setTimeout(() => outgoing.end("page"), 20_000) };

  it.each([
    "/v1/responses/resp_1",
    "/v1/realtime/calls",
    "/",
    "/calls",
    "/_next/webpack-hmr",
    "/api/ai",
    "/health",
    "/api/auth/x",
  ])("to %s is refused with 426 and the connection closed, with pages and without", async (path) => {
    const withPages = await listen({
      dispatch: () => undefined,
      pages,
      newId,
      log: silentLogger,
      port: 0,
      host: "127.0.0.1",
      reusePort: false,
    });
    const without = listener;
    for (const each of [without, withPages]) {
      listener = each;
      for (const protocol of ["websocket", "WebSocket", "h2c, websocket"]) {
        const { answer, ms } = await closesWith(
          `GET ${path} HTTP/1.1\r\nHost: a\r\n${upgrade}Upgrade: ${protocol}\r\n\r\n`,
        );
        expect(answer).toMatch(/^HTTP\/1.1 426 Upgrade Required\r\n/);
        expect(answer.toLowerCase()).toMatch(/\r\nupgrade: http\/1.1\r\n[^]*connection: upgrade, close\r\n/);
        expect(JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4))).toMatchObject({ error: { effect: "none" } });
        expect(ms).toBeLessThan(3_000);
      }
    }
    listener = without;
    await withPages.drain(100);
  });

  it("nine hundred at once leave none open", async () => {
    const answers = await Promise.all(
      Array.from({ length: 900 }, (_, index) =>
        closesWith(`GET /v1/${index} HTTP/1.1\r\nHost: a\r\n${upgrade}Upgrade: websocket\r\n\r\n`),
      ),
    );
    expect(answers.filter(({ answer }) => !answer.startsWith("HTTP/1.1 426 "))).toEqual([]);
  });
});

describe("a method", () => {
  it.each(["TRACE", "PROPFIND", "LINK", "PURGE", "SEARCH"])("%s is 405 with those there are", async (method) => {
    const { answer } = await closesWith(`${method} /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1.1 405 /);
    expect(answer).toMatch(/\r\nallow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n/);
    expect(answer).toContain("METHOD_NOT_ALLOWED");
  });

  it("CONNECT is 405, and the connection closed", async () => {
    const { answer, ms } = await closesWith("CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 405 [^]*\r\nallow: GET/);
    expect(ms).toBeLessThan(3_000);
  });

  it("nobody knows is refused as no HTTP", async () => {
    expect((await closesWith("FROBNICATE /x HTTP/1.1\r\nHost: a\r\n\r\n")).answer).toMatch(/^HTTP\/1.1 400 /);
  });
});

describe("a reply", () => {
  it("that breaks off never looks whole", async () => {
    const answer = await raw("GET /breaks HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(answer).toContain("first");
    expect(answer).not.toContain("\r\n0\r\n\r\n");
  });

  it("tells nothing of an error of ours", async () => {
    const answer = await raw("GET /throws HTTP/1.1\r\nHost: a\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1.1 500 /);
    expect(answer).toContain("INTERNAL");
    expect(answer).not.toContain("secret");
  });

  it("of eight million bytes arrives whole", async () => {
    const response = await fetch(`http://127.0.0.1:${listener.port}/large`);
    expect((await response.arrayBuffer()).byteLength).toBe(8_000_000);
  });
});

it("knows that the caller has left, also when it looks late", async () => {
  arrived = Promise.withResolvers();
  const request = httpRequest({ port: listener.port, host: "127.0.0.1", path: "/left", method: "GET" });
  request.on("error", () => undefined);
  request.end();
  const { left } = await arrived.promise;
  request.destroy();
  expect(await left).toBe(true);
});

it("answers what it was sent when it is about to leave, and ends each connection with its answer", async () => {
  listener.leave();
  for (const path of ["/one", "/two"]) {
    const answer = await text(
      open().on("connect", function (this: Socket) {
        this.write(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\n`);
      }),
    );
    expect(answer).toMatch(/^HTTP\/1.1 200 [^]*connection: close[^]*"path"/i);
  }
});

it("ends the connection of a page, too, when it is about to leave", async () => {
  const withPages = await listen({
    dispatch: () => undefined,
    pages: { request: (_, outgoing) => outgoing.end("a page") },
    newId,
    log: silentLogger,
    port: 0,
    host: "127.0.0.1",
    reusePort: false,
  });
  const ask = async (): Promise<string | null> => {
    const answer = await fetch(`http://127.0.0.1:${withPages.port}/welcome`);
    expect(await answer.text()).toBe("a page");
    return answer.headers.get("connection");
  };
  expect(await ask()).toBe("keep-alive");
  withPages.leave();
  expect(await ask()).toBe("close");
  await withPages.drain(100);
});

it("finishes what is under way when it drains, refuses what comes after, and ends its connections", async () => {
  const busy = open();
  busy.write("GET /waits HTTP/1.1\r\nHost: a\r\n\r\n");
  const second = open();
  second.write("GET /waits-not HTTP/1.1\r\nHost: a\r\nConnection: keep-alive\r\n\r\nGET /half HTTP/1.1\r\nHo");
  await once(second, "data");
  const drained = listener.drain(5_000);
  const began = performance.now();
  second.write("st: a\r\n\r\n");
  const refusal = text(second);
  const answer = text(busy);
  await new Promise((resolve) => setTimeout(resolve, 50));
  release();
  expect(await answer).toMatch(/HTTP\/1.1 200 [^]*connection: close/i);
  expect(await refusal).toMatch(/HTTP\/1.1 503 [^]*OVERLOADED/);
  await drained;
  expect(performance.now() - began).toBeLessThan(2_000);
});

describe("without room for more connections", () => {
  const limits = { answered: 4, held: 6 };
  const ask = (path: string) => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;

  beforeEach(async () => {
    await listener.drain(100);
    listener = await listen({
      dispatch,
      pages: undefined,
      newId,
      log: silentLogger,
      port: 0,
      host: "127.0.0.1",
      reusePort: false,
      limits,
    });
  });

  const busy = async (count: number): Promise<readonly Socket[]> => {
    const sockets = Array.from({ length: count }, open);
    for (const socket of sockets) socket.write("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");
    await new Promise((resolve) => setTimeout(resolve, 50));
    return sockets;
  };

  it("each newcomer is told to come again, and let go; those that were there go on", async () => {
    const sockets = await busy(limits.answered);
    const { answer } = await closesWith(ask("/x"));
    expect(answer).toMatch(/^HTTP\/1.1 503 [^]*retry-after: 1\r\n[^]*OVERLOADED/);
    expect((await closesWith(ask("/health"))).answer).toMatch(/^HTTP\/1.1 200 /);
    for (const socket of sockets) {
      const answered = once(socket, "data");
      socket.write("12345");
      expect(String((await answered)[0])).toMatch(/^HTTP\/1.1 200 [^]*12345/);
    }
  });

  it("a hundred more at once get an answer each, and there is room when others leave", async () => {
    const sockets = await busy(limits.held);
    const answerOf = async (): Promise<string> => {
      const socket = open();
      let answer = "";
      socket.on("data", (chunk: Buffer) => (answer += chunk.toString()));
      socket.write(ask("/x"));
      await new Promise((resolve) => socket.once("close", resolve));
      return answer;
    };
    const answers = await Promise.all(Array.from({ length: 100 }, answerOf));
    for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 503 [^]*connection: close[^]*OVERLOADED/i);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await raw(ask("/x"))).toMatch(/^HTTP\/1.1 200 /);
  });

  it("connections that only wait for their next request make room", async () => {
    const idle = Array.from({ length: limits.answered }, open);
    for (const socket of idle) {
      socket.write(ask("/x"));
      await once(socket, "data");
    }
    const [refused, next] = [await raw(ask("/x")), await raw(ask("/x"))];
    expect(refused).toMatch(/^HTTP\/1.1 503 /);
    expect(next).toMatch(/^HTTP\/1.1 200 /);
  });
});

describe("a request that does not arrive in time", () => {
  const arrival = { headersMs: 400, requestMs: 400, lookMs: 50 };
  beforeEach(async () => {
    await listener.drain(100);
    listener = await listen({
      dispatch,
      pages: undefined,
      newId,
      log: silentLogger,
      port: 0,
      host: "127.0.0.1",
      reusePort: false,
      arrival,
    });
  });

  it.each([
    ["its headers", "POST /body HTTP/1.1\r\nHost: a\r\nConte"],
    ["its body", "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n12"],
  ])("is refused with 408 where its client is slow with %s", async (_, part) => {
    const answer = await raw(part, 5_000);
    expect(answer).toMatch(/^HTTP\/1.1 408 [^]*"REQUEST_TIMEOUT"/);
    expect(answer).toMatch(/"effect":"none"/);
  });

  it("is waited for where its door reads a large body as it comes", async () => {
    const socket = open();
    socket.write("POST /upload HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 8\r\n\r\n");
    for (const piece of ["12", "34", "56", "78"]) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      socket.write(piece);
    }
    expect(await text(socket)).toMatch(/^HTTP\/1.1 200 [^]*"12345678"/);
  });

  it("is to be sent again where it lay unread because this process stood still", async () => {
    const socket = open();
    socket.write("POST /late HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: 5\r\n\r\n12");
    await begun.promise;
    socket.write("345");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_500);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1.1 503 [^]*retry-after: 1\r\n[^]*"OVERLOADED"/i);
    expect(answer).toMatch(/"effect":"none"/);
  });
});

it("under an https address every answer tells browsers to stay with TLS, under http none does", async () => {
  const asked = { dispatch, pages: undefined, newId, log: silentLogger, port: 0, host: "127.0.0.1", reusePort: false };
  for (const [secure, told] of [
    [true, "max-age=31536000"],
    [false, undefined],
  ] as const) {
    const own = await listen({ ...asked, secure });
    const seen = async (method: string, path: string, headers: Record<string, string> = {}) => {
      const request = httpRequest({ host: "127.0.0.1", port: own.port, method, path, headers }).end();
      const [answer] = (await once(request, "response")) as [IncomingMessage];
      answer.resume();
      return [answer.statusCode, answer.headers["strict-transport-security"]];
    };
    expect(await seen("GET", "/api/anything")).toEqual([200, told]);
    expect(await seen("GET", "/throws")).toEqual([500, told]);
    expect(await seen("TRACE", "/")).toEqual([405, told]);
    expect(await seen("GET", "http://elsewhere.example/")).toEqual([400, told]);
    expect(await seen("GET", "/", { connection: "Upgrade", upgrade: "websocket" })).toEqual([426, told]);
    await own.drain(100);
  }
});
