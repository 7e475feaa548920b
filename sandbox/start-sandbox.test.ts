import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { objectOf } from "./read-json.ts";
import { startSandbox } from "./start-sandbox.ts";
import type { Sandbox } from "./start-sandbox.ts";

let folder: string;
let logFile: string;
let sandbox: Sandbox;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "sandbox-"));
  logFile = join(folder, "requests.jsonl");
  sandbox = await startSandbox({ logFile });
});
afterEach(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true });
});

const linesOf = async (file: string) =>
  (await readFile(file, "utf8"))
    .trimEnd()
    .split("\n")
    .map((line) => objectOf(JSON.parse(line)));

function chat(content = "Hello", headers: Record<string, string> = {}, model = "gpt-4o-mini"): Promise<Response> {
  return fetch(`${sandbox.baseUrls.openai}/chat/completions`, {
    method: "POST",
    headers: { authorization: "Bearer sk-secret-canary", ...headers },
    body: JSON.stringify({ model, messages: [{ role: "user", content }] }),
  });
}

const control = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const options = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
  const response = await fetch(`${sandbox.url}/__sandbox${path}`, options);
  return { status: response.status, body: objectOf(await response.json()) };
};

describe("another site's name that was made to lead here", () => {
  const ask = (host: string, path: string): Promise<number | undefined> =>
    new Promise((resolve, reject) => {
      const request = httpRequest({ host: "127.0.0.1", port: sandbox.port, path, headers: { host } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      request.on("error", reject);
      request.end();
    });

  it.each(["evil.example", "localhost.evil.example:3002", "127.0.0.1.evil.example"])(
    "%s reads no mail and sets no faults",
    async (host) => {
      for (const path of ["/mail", "/mail/messages", "/__sandbox/requests", "/__sandbox/reset", "/"])
        expect([path, await ask(host, path)]).toEqual([path, 403]);
    },
  );

  it.each(["localhost:3002", "127.0.0.1", "[::1]:3002"])("%s is this machine", async (host) => {
    expect(await ask(host, "/__sandbox/requests")).toBe(200);
  });
});

describe("the log", () => {
  it("holds a request before it is answered, and its ending after", async () => {
    const hung = new AbortController();
    sandbox.script({ faults: [{ name: "hang-before-headers" }] });
    const waiting = fetch(`${sandbox.baseUrls.openai}/models`, {
      headers: { authorization: "Bearer sk-a" },
      signal: hung.signal,
    }).catch((error: unknown) => (hung.signal.aborted ? "left" : error));
    while ((await linesOf(logFile)).length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await linesOf(logFile))[1]).toMatchObject({ type: "request", seq: 1, path: "/models" });
    hung.abort();
    expect(await waiting).toBe("left");
    while ((await linesOf(logFile)).length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect((await linesOf(logFile))[2]).toMatchObject({ type: "answer", seq: 1, complete: false, bytesSent: 0 });
  });

  it.each(["hang-before-headers", "hang-mid-body"])(
    "tells the ending of a caller who left while its request was logged, also with %s",
    async (name) => {
      const leaving = new AbortController();
      const left = Promise.withResolvers<void>();
      const other = await startSandbox({
        onRequest: () => {
          leaving.abort();
          return left.promise;
        },
      });
      other.script({ faults: [{ name }] });
      const { signal } = leaving;
      const headers = { authorization: "Bearer sk-a" };
      await expect(fetch(`${other.baseUrls.openai}/models`, { headers, signal })).rejects.toThrow("aborted");
      // By then the sandbox knows.
      await fetch(`${other.url}/__sandbox/requests`);
      await new Promise((resolve) => setTimeout(resolve, 50));
      left.resolve();
      await expect.poll(() => other.requests()[0]?.answer).toMatchObject({ complete: false, bytesSent: 0 });
      await other.close();
    },
  );

  it("names the operation, tells the units and reveals no credential", async () => {
    await chat("Hello", { "x-nexus-operation-id": "op-1", "idempotency-key": "key-1" });
    await sandbox.close();
    const [start, request, answer] = await linesOf(logFile);
    expect(start).toMatchObject({ type: "start" });
    expect(request).toMatchObject({
      operationId: "op-1",
      idempotencyKey: "key-1",
      model: "gpt-4o-mini",
      status: 200,
      billed: true,
      units: { input: 6 },
    });
    expect(request?.["keyDigest"]).toMatch(/^[0-9a-f]{12}$/);
    expect(answer).toMatchObject({ type: "answer", seq: 1, complete: true, usageSent: true });
    expect(await readFile(logFile, "utf8")).not.toContain("canary");
    sandbox = await startSandbox();
  });

  it("keeps one line for each of many parallel requests, in order of their numbers", async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, (_, at) => chat(`Question ${at}`)));
    expect(answers.every((one) => one.status === 200)).toBe(true);
    const seqs = (await linesOf(logFile)).filter((one) => one["type"] === "request").map((one) => one["seq"]);
    expect(seqs).toEqual(Array.from({ length: 300 }, (_, at) => at + 1));
  });

  it("runs onRequest after the line is written and before the answer", async () => {
    const file = join(folder, "observed.jsonl");
    const seen: number[] = [];
    const observed = await startSandbox({
      logFile: file,
      onRequest: async ({ seq }) => {
        seen.push((await linesOf(file)).filter((one) => one["type"] === "request" && one["seq"] === seq).length);
      },
    });
    await fetch(`${observed.baseUrls.compatible}/models`);
    expect(seen).toEqual([1]);
    await observed.close();
  });
});

describe("scripts", () => {
  const statuses = async (count: number, ...how: Parameters<typeof chat>) => {
    const all: number[] = [];
    for (let at = 0; at < count; at++) all.push((await chat(...how)).status);
    return all;
  };

  it("match by vendor, path, model, text and operation", async () => {
    const faults = [{ name: "unavailable" }];
    for (const [rule, status] of [
      [{ vendor: "anthropic" }, 200],
      [{ vendor: "openai" }, 503],
      [{ path: "/embeddings" }, 200],
      [{ path: "/chat" }, 503],
      [{ model: "other" }, 200],
      [{ model: "gpt-4o-mini" }, 503],
      [{ contains: "nowhere" }, 200],
      [{ contains: "Hello" }, 503],
      [{ operationId: "op-1" }, 200],
      [{ operationId: "op-2" }, 503],
    ] as const) {
      await sandbox.reset();
      sandbox.script({ ...rule, faults });
      expect([rule, (await chat("Hello", { "idempotency-key": "op-2" })).status]).toEqual([rule, status]);
    }
  });

  it("count: the n-th, so many times, or a seeded share", async () => {
    sandbox.script({ nth: 2, faults: [{ name: "server-error" }] });
    expect(await statuses(4)).toEqual([200, 500, 200, 200]);
    await sandbox.reset();
    sandbox.script({ times: 2, faults: [{ name: "server-error" }] });
    expect(await statuses(4)).toEqual([500, 500, 200, 200]);
    const share = async () => {
      await sandbox.reset();
      sandbox.script({ probability: 0.5, seed: 42, faults: [{ name: "server-error" }] });
      return statuses(40);
    };
    const first = await share();
    expect(await share()).toEqual(first);
    const failed = first.filter((status) => status === 500).length;
    expect(failed).toBeGreaterThan(8);
    expect(failed).toBeLessThan(32);
  });

  it("travel inside a request: header, text marker, model suffix", async () => {
    expect((await chat("Hi", { "x-sandbox-fault": "status;status=418" })).status).toBe(418);
    expect((await chat("Hi [[sandbox:latency;delayMs=1,overloaded]]")).status).toBe(529);
    expect((await chat("Hi", {}, "gpt-4o-mini~rate-limited;retryAfter=9")).headers.get("retry-after")).toBe("9");
    expect(sandbox.requests().map((one) => [one.model, one.faults])).toEqual([
      ["gpt-4o-mini", ["status"]],
      ["gpt-4o-mini", ["latency", "overloaded"]],
      ["gpt-4o-mini", ["rate-limited"]],
    ]);
  });

  it("come over the control route, and wrong ones are refused", async () => {
    expect((await control("POST", "/script", [{ faults: [{ name: "unavailable" }], times: 1 }])).status).toBe(200);
    expect(await statuses(2)).toEqual([503, 200]);
    for (const wrong of [
      {},
      { faults: [] },
      { faults: [{ name: "nonsense" }] },
      { faults: [{ name: "raw" }], nth: "2" },
    ]) {
      expect((await control("POST", "/script", wrong)).status).toBe(400);
    }
  });
});

describe("control routes", () => {
  it("page through requests and look one up", async () => {
    for (const id of ["a", "b", "a"]) await chat(id, { "x-nexus-operation-id": id });
    const page = await control("GET", "/requests?limit=2");
    expect(page.body).toMatchObject({ next: 2, seq: 3, requests: [{ seq: 1 }, { seq: 2 }] });
    expect((await control("GET", "/requests?after=2")).body["requests"]).toMatchObject([{ seq: 3, repeatOf: 1 }]);
    expect((await control("GET", "/lookup/a")).body["requests"]).toMatchObject([{ seq: 1 }, { seq: 3 }]);
    expect((await control("GET", "/lookup/unknown")).status).toBe(404);
    await control("POST", "/settings", { lookup: false });
    expect((await control("GET", "/lookup/a")).status).toBe(503);
  });

  it("bill a repeated operation once where the vendor is idempotent", async () => {
    await control("POST", "/settings", { idempotent: true });
    for (let round = 0; round < 2; round++) await chat("same", { "idempotency-key": "k" });
    expect(sandbox.requests().map((one) => one.billed)).toEqual([true, false]);
  });

  it("reset forgets rules, settings and requests, and goes on counting", async () => {
    sandbox.script({ faults: [{ name: "unavailable" }] });
    await control("POST", "/settings", { keys: { openai: ["sk-only"] } });
    expect((await chat()).status).toBe(401);
    expect((await control("POST", "/reset")).status).toBe(200);
    expect(sandbox.requests()).toEqual([]);
    expect((await chat()).status).toBe(200);
    expect(sandbox.requests()[0]?.seq).toBe(2);
    expect((await linesOf(logFile)).map((one) => one["type"])).toContain("reset");
  });

  it("refuse wrong settings and calls from web pages", async () => {
    for (const wrong of [[], { lookup: 1 }, { paceMs: -1 }, { keys: { openai: "sk" } }]) {
      expect((await control("POST", "/settings", wrong)).status).toBe(400);
    }
    expect((await control("POST", "/reset", {}, { origin: "https://example.com" })).status).toBe(403);
    expect((await control("GET", "/nonsense")).status).toBe(404);
  });
});

it("forgets the oldest requests beyond what it keeps", async () => {
  const small = await startSandbox({ keep: 2 });
  for (let at = 0; at < 3; at++) {
    await fetch(`${small.baseUrls.compatible}/models`, { headers: { "x-client-request-id": `id-${at}` } });
  }
  expect(small.requests().map((one) => one.operationId)).toEqual(["id-1", "id-2"]);
  await small.close();
});
