import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { eventually } from "../../test/eventually.ts";
import { silentLogger } from "../platform/logger.ts";
import { listenOnDemand, type Served } from "./listen-on-demand.ts";

const open: Served[] = [];
afterEach(() => Promise.all(open.splice(0).map((each) => each.stop(1_000))));

/** A process behind the port, as far as callers can tell: it echoes what it is sent. */
const behind = (answerMs = 0) => {
  const counts = { started: 0, stopped: 0 };
  const start = async (): Promise<Served> => {
    counts.started += 1;
    const server: Server = createServer((request, reply) => {
      void text(request).then(async (body) => {
        await pause(answerMs);
        reply.end(`${request.method} ${request.url} ${body}`);
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    return {
      port: typeof address === "object" && address !== null ? address.port : 0,
      stop: async () => {
        counts.stopped += 1;
        server.closeAllConnections();
        server.close();
        await once(server, "close");
      },
    };
  };
  return { counts, start };
};

const front = async (start: () => Promise<Served | undefined>, idleMs = 60_000): Promise<string> => {
  const listening = await listenOnDemand({ start, idleMs, log: silentLogger });
  open.push(listening);
  return `http://127.0.0.1:${listening.port}`;
};
const ask = (url: string, body?: string): Promise<string> =>
  fetch(url, body === undefined ? {} : { method: "POST", body }).then((answer) => answer.text());

test("nothing runs before the first request; it and those beside it wait for one start and arrive whole", async () => {
  const { counts, start } = behind();
  const gate = Promise.withResolvers<void>();
  const url = await front(async () => {
    await gate.promise;
    return start();
  });
  expect(counts.started).toBe(0);
  const body = "x".repeat(300_000);
  const asked = Promise.all([ask(`${url}/first`), ask(`${url}/second`, body)]);
  gate.resolve();
  expect(await asked).toEqual(["GET /first ", `POST /second ${body}`]);
  expect(counts).toEqual({ started: 1, stopped: 0 });
});

test("who asks while there is nobody yet, or after a start that failed, is told so; the next one is answered", async () => {
  const { start } = behind();
  const starts = [async () => undefined, () => Promise.reject(new Error("no memory")), start];
  const url = await front(() => (starts.shift() ?? start)());
  await expect(ask(url)).rejects.toThrow("fetch failed");
  await expect(ask(url)).rejects.toThrow("fetch failed");
  expect(await ask(`${url}/now`)).toBe("GET /now ");
});

test("it ends when nobody has asked for a while, and starts again with whoever asks then", async () => {
  const { counts, start } = behind();
  const url = await front(start, 100);
  expect(await ask(url)).toBe("GET / ");
  await eventually(() => expect(counts.stopped).toBe(1));
  expect(await ask(`${url}/again`)).toBe("GET /again ");
  expect(counts.started).toBe(2);
});

test("neither a start nor an answer that takes longer than that is cut", async () => {
  const { counts, start } = behind(400);
  const url = await front(async () => {
    await pause(400);
    return start();
  }, 100);
  expect(await Promise.all([ask(`${url}/one`), ask(`${url}/two`, "said")])).toEqual(["GET /one ", "POST /two said"]);
  expect(counts.started).toBe(1);
});

test("stopping ends what runs, what waits and what listens", async () => {
  const { counts, start } = behind();
  const listening = await listenOnDemand({ start, idleMs: 60_000, log: silentLogger });
  const url = `http://127.0.0.1:${listening.port}`;
  await ask(url);
  await listening.stop(1_000);
  expect(counts).toEqual({ started: 1, stopped: 1 });
  await expect(ask(url)).rejects.toThrow("fetch failed");
});
