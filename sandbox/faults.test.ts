import { readFile } from "node:fs/promises";
import { Agent, request as httpRequest } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { faultSources } from "./fault-sources.ts";
import { faults } from "./faults.ts";
import type { FaultName } from "./faults.ts";
import type { FaultCall } from "./plan.ts";
import { objectOf, parseJson } from "./read-json.ts";
import { startSandbox } from "./start-sandbox.ts";
import type { Sandbox } from "./start-sandbox.ts";
import { vendorIds } from "./vendor.ts";
import type { SandboxVendorId } from "./vendor.ts";

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
beforeEach(() => sandbox.reset());
afterAll(() => sandbox.close());

interface Seen {
  readonly status: number | undefined;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** The answer ended in good order. */
  readonly complete: boolean;
  readonly tookMs: number;
}

const key = "sk-test";
const hello = [{ role: "user", content: "Hello there" }];

function target(vendor: SandboxVendorId, stream: boolean): { readonly path: string; readonly body: object } {
  if (vendor === "anthropic") {
    return { path: "/messages", body: { model: "claude-haiku-4-5", max_tokens: 500, stream, messages: hello } };
  }
  if (vendor === "google") {
    const verb = stream ? "streamGenerateContent?alt=sse" : "generateContent";
    return {
      path: `/models/gemini-2.5-flash:${verb}`,
      body: { contents: [{ role: "user", parts: [{ text: "Hello there" }] }] },
    };
  }
  const options = stream ? { stream, stream_options: { include_usage: true } } : {};
  return { path: "/chat/completions", body: { model: "gpt-4o-mini", messages: hello, ...options } };
}

/** Longer than anything here takes; whoever is patient waits on for so long after what they wait from. */
const mostMs = 15_000;

/**
 * Sends one plain request and keeps what arrived; gives up `patienceMs` after the sandbox has the request, or after the
 * first bytes of the answer: how busy the machine is before that decides nothing.
 */
function send(
  vendor: SandboxVendorId,
  stream: boolean,
  patienceMs = 5_000,
  at = sandbox,
  since: "request" | "answer" = "request",
): Promise<Seen> {
  const { path, body } = target(vendor, stream);
  const from = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let status: number | undefined;
    let headers = {};
    const heardBefore = at.requests().length;
    let patience: NodeJS.Timeout | undefined;
    const bePatient = () => {
      patience ??= setTimeout(() => finish(false), patienceMs);
    };
    const finish = (complete: boolean) => {
      clearTimeout(guard);
      clearTimeout(patience);
      clearInterval(look);
      const text = Buffer.concat(chunks).toString();
      resolve({ status, headers, text, complete, tookMs: performance.now() - from });
      sent.destroy();
    };
    const sent = httpRequest(
      at.baseUrls[vendor] + path,
      {
        method: "POST",
        agent: false,
        maxHeaderSize: 1_048_576,
        headers: {
          authorization: `Bearer ${key}`,
          "x-api-key": key,
          "x-goog-api-key": key,
          "anthropic-version": "2023-06-01",
        },
      },
      (response) => {
        status = response.statusCode;
        headers = response.headers;
        response.on("data", (chunk: Buffer) => {
          chunks.push(chunk);
          if (since === "answer") bePatient();
        });
        response.on("end", () => finish(response.complete));
        response.on("error", () => finish(false));
      },
    );
    sent.on("error", () => finish(false));
    const guard = setTimeout(() => finish(false), mostMs + patienceMs);
    const look = setInterval(() => {
      if (since === "request" && at.requests().length > heardBefore) bePatient();
    }, 5);
    sent.end(JSON.stringify(body));
  });
}

const script = (name: FaultName, settings: object = {}) =>
  sandbox.script({ faults: [{ ...settings, name } satisfies FaultCall] });

const ending = async (at = sandbox) => {
  for (let round = 0; round < 100 && at.requests().at(-1)?.answer === null; round++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return at.requests().at(-1);
};

/** Usage objects in an answer, in their order. */
function usagesIn(text: string): readonly Record<string, unknown>[] {
  const documents = text.startsWith("{")
    ? [text]
    : [...text.matchAll(/^data: (\{.*\})\s*$/gm)].map((one) => one[1] ?? "");
  return documents
    .map((one) => objectOf(parseJson(one)))
    .flatMap((one) => [one["usage"] ?? objectOf(one["message"])["usage"] ?? one["usageMetadata"]])
    .filter((one) => one !== undefined && one !== null)
    .map(objectOf);
}

const outputOf = (usage: Record<string, unknown> | undefined): unknown =>
  usage?.["completion_tokens"] ?? usage?.["output_tokens"] ?? usage?.["candidatesTokenCount"];

const hasDelta = (text: string): boolean => text.includes("Nexus") || text.includes(" said");

describe.each(["openai", "anthropic", "google"] as const)("%s", (vendor) => {
  it("answers completely without faults", async () => {
    for (const stream of [false, true]) {
      const seen = await send(vendor, stream);
      const logged = await ending();
      expect(seen).toMatchObject({ status: 200, complete: true });
      expect(logged).toMatchObject({ stream, billed: true, faults: [], answer: { complete: true, usageSent: true } });
      expect(logged?.answer?.bytesSent).toBe(Buffer.byteLength(seen.text));
      expect(logged?.reported).toEqual(logged?.units);
      expect(outputOf(usagesIn(seen.text).at(-1))).toBe(logged?.units?.output);
    }
  });

  it.each([
    ["bad-request", 400],
    ["unauthorized", vendor === "google" ? 400 : 401],
    ["forbidden", 403],
    ["not-found", 404],
    ["rate-limited", 429],
    ["server-error", 500],
    ["unavailable", 503],
    ["overloaded", 529],
  ] as const)("%s answers %i in the vendor's envelope and bills nothing", async (name, status) => {
    script(name);
    const seen = await send(vendor, true);
    expect(seen).toMatchObject({ status, complete: true });
    expect(objectOf(parseJson(seen.text))["error"]).toMatchObject({ message: expect.any(String) });
    expect(await ending()).toMatchObject({ status, billed: false, units: null, faults: [name] });
  });

  it("cut-before-first-delta, cut-after-last-delta and cut-after-usage stop where they say", async () => {
    script("cut-before-first-delta");
    const before = await send(vendor, true);
    expect(before).toMatchObject({ status: 200, complete: false });
    expect(before.text.length).toBeGreaterThan(0);
    expect(hasDelta(before.text)).toBe(false);
    expect(await ending()).toMatchObject({ billed: true, answer: { complete: false, usageSent: false } });

    await sandbox.reset();
    const units = (await send(vendor, true), await ending())?.units;
    script("cut-after-last-delta");
    const deltas = await send(vendor, true);
    expect(deltas.complete).toBe(false);
    expect(deltas.text).toContain('it."');
    expect(outputOf(usagesIn(deltas.text).at(-1))).not.toBe(units?.output);

    await sandbox.reset();
    script("cut-after-usage");
    const usage = await send(vendor, true);
    expect(usage.complete).toBe(false);
    expect(outputOf(usagesIn(usage.text).at(-1))).toBe(units?.output);
    expect(usage.text).not.toMatch(/\[DONE\]|message_stop/);
    expect(await ending()).toMatchObject({ billed: true, answer: { complete: false, usageSent: true } });
  });

  it("the cuts shorten an unstreamed answer too", async () => {
    for (const name of ["cut-before-first-delta", "cut-after-last-delta", "cut-after-usage"] as const) {
      await sandbox.reset();
      script(name);
      const seen = await send(vendor, false);
      expect(seen).toMatchObject({ status: 200, complete: false });
      expect(parseJson(seen.text)).toBeUndefined();
    }
  });

  it("end-early ends in good order without usage and ending", async () => {
    script("end-early");
    const seen = await send(vendor, true);
    expect(seen.complete).toBe(true);
    expect(seen.text).toContain('it."');
    expect(seen.text).not.toMatch(/\[DONE\]|message_stop|"finishReason"/);
    expect(await ending()).toMatchObject({ billed: true, reported: null });
  });

  it.each([
    ["usage-zero", 0],
    ["usage-absurd", 1e15],
    ["usage-nan", "NaN"],
  ] as const)("%s tells %s", async (name, told) => {
    for (const stream of [false, true]) {
      await sandbox.reset();
      script(name);
      const seen = await send(vendor, stream);
      expect(outputOf(usagesIn(seen.text).at(-1))).toBe(told);
      const logged = await ending();
      expect(logged?.units?.output).toBeGreaterThan(0);
      if (told === 0) expect(Object.values(logged?.reported ?? { none: 1 }).every((one) => one === 0)).toBe(true);
      else expect(logged?.reported).toBeNull();
    }
  });

  it("usage-negative and usage-fractional are unusable, usage-missing is absent", async () => {
    for (const stream of [false, true]) {
      await sandbox.reset();
      script("usage-negative");
      expect(outputOf(usagesIn((await send(vendor, stream)).text).at(-1))).toBeLessThan(0);
      expect((await ending())?.reported).toBeNull();
      await sandbox.reset();
      script("usage-fractional");
      expect(Number(outputOf(usagesIn((await send(vendor, stream)).text).at(-1))) % 1).toBe(0.5);
      expect((await ending())?.reported).toBeNull();
      await sandbox.reset();
      script("usage-missing");
      expect(usagesIn((await send(vendor, stream)).text)).toEqual([]);
      expect(await ending()).toMatchObject({ billed: true, reported: null });
    }
  });

  it("usage-cumulative grows to the truth, usage-duplicate repeats it", async () => {
    script("usage-cumulative");
    const growing = usagesIn((await send(vendor, true)).text).map((one) => Number(outputOf(one)));
    expect(growing.length).toBeGreaterThan(2);
    expect(growing).toEqual([...growing].sort((one, other) => one - other));
    expect(growing.at(-1)).toBe((await ending())?.units?.output);
    await sandbox.reset();
    script("usage-duplicate");
    const twice = usagesIn((await send(vendor, true)).text).slice(-2);
    expect(twice[0]).toEqual(twice[1]);
    expect(outputOf(twice[1])).toBe((await ending())?.units?.output);
  });

  it("error-in-200 and error-mid-stream carry the vendor's error", async () => {
    script("error-in-200");
    const whole = await send(vendor, false);
    expect(whole.status).toBe(200);
    expect(objectOf(parseJson(whole.text))["error"]).toBeDefined();
    await sandbox.reset();
    script("error-mid-stream");
    const stream = await send(vendor, true);
    expect(stream).toMatchObject({ status: 200, complete: true });
    expect(stream.text).toMatch(/event: error\ndata: \{.*"error"/);
    expect(stream.text).toContain("said");
  });
});

describe("work that is billed though its answer never comes", () => {
  /** What each leaves of an answer; the bill is the one of a whole answer in every case. */
  const losses = {
    "answer-late": { settings: { delayMs: 400 }, status: undefined, complete: false },
    "hang-before-headers": { settings: {}, status: undefined, complete: false },
    "hang-mid-body": { settings: {}, status: 200, complete: false },
    "cut-before-headers": { settings: {}, status: undefined, complete: false },
    "reset-before-headers": { settings: {}, status: undefined, complete: false },
    "cut-at-byte": { settings: { at: 30 }, status: 200, complete: false },
    "cut-before-first-delta": { settings: {}, status: 200, complete: false },
    "cut-mid-stream": { settings: {}, status: 200, complete: false },
    "cut-after-last-delta": { settings: {}, status: 200, complete: false },
    "reset-mid-body": { settings: {}, status: 200, complete: false },
    "slow-drip": { settings: { bytes: 1, everyMs: 20 }, status: 200, complete: false },
    "truncated-json": { settings: {}, status: 200, complete: true },
    "malformed-json": { settings: {}, status: 200, complete: true },
    "too-large": { settings: { megabytes: 1 }, status: 200, complete: true },
    "gzip-bomb": { settings: { megabytes: 1 }, status: 200, complete: true },
    "bare-502": { settings: {}, status: 502, complete: true },
    "bare-504": { settings: {}, status: 504, complete: true },
    "error-after-work": { settings: { status: 503 }, status: 503, complete: true },
  } as const satisfies { readonly [Name in FaultName]?: object };

  // Side by side, each at a sandbox of its own: they wait for what never comes.
  it.concurrent.for(
    (["openai", "anthropic", "google"] as const).flatMap((vendor) =>
      [false, true].map((stream) => [vendor, stream ? "streamed" : "whole", stream] as const),
    ),
  )("%s, %s", { timeout: 60_000 }, async ([vendor, , stream], { expect }) => {
    const own = await startSandbox();
    try {
      await send(vendor, stream, undefined, own);
      const owed = (await ending(own))?.units;
      expect(owed?.output).toBeGreaterThan(0);
      for (const [name, { settings, status, complete }] of Object.entries(losses)) {
        await own.reset();
        own.script({ faults: [{ ...settings, name }] });
        // Those that never end are left, after enough time for what does arrive.
        const seen = await send(vendor, stream, /^(answer-late|hang-before)/.test(name) ? 200 : 1_500, own);
        expect([name, seen.status, seen.complete]).toEqual([name, status, complete]);
        expect(await ending(own), name).toMatchObject({ billed: true, units: owed, faults: [name] });
        // What a correct reader can read of it, if it gets it all.
        if (/^(truncated-json|too-large|gzip-bomb|bare-|error-after)/.test(name)) {
          expect((await ending(own))?.reported, name).toBeNull();
        }
      }
    } finally {
      await own.close();
    }
  });

  it("truncated JSON ends as announced and cannot be read", async () => {
    script("truncated-json");
    const whole = await send("openai", false);
    expect(Number(whole.headers["content-length"])).toBe(Buffer.byteLength(whole.text));
    expect(whole.text).toMatch(/^\{/);
    expect(parseJson(whole.text)).toBeUndefined();
    const stream = await send("openai", true);
    const last = stream.text.split("\n\n").at(-1) ?? "";
    expect(last).not.toBe("");
    expect(parseJson(last.slice("data: ".length))).toBeUndefined();
  });

  it("more than anybody reads by default", async () => {
    script("too-large");
    expect((await send("openai", false, 10_000)).text.length).toBeGreaterThan(64 * 1_048_576);
  });
});

describe("transport faults", () => {
  it("latency waits, the same with the same seed", async () => {
    script("latency", { delayMs: 80, jitterMs: 40, seed: 7 });
    const seen = await send("openai", false);
    expect(seen.tookMs).toBeGreaterThanOrEqual(79);
    expect(seen.complete).toBe(true);
  });

  it("pace and slow-drip spread the body over time", async () => {
    script("pace", { everyMs: 5 });
    expect((await send("openai", true)).tookMs).toBeGreaterThan(100);
    await sandbox.reset();
    script("slow-drip", { bytes: 50, everyMs: 10 });
    const seen = await send("openai", false);
    expect(seen.tookMs).toBeGreaterThan(80);
    expect(seen.complete).toBe(true);
  });

  it.each(["openai", "anthropic", "google"] as const)(
    "delay-before-usage of %s: all deltas at once, then a wait",
    async (vendor) => {
      script("delay-before-usage", { delayMs: 1_500 });
      const early = await send(vendor, true, 1_000, sandbox, "answer");
      expect(early).toMatchObject({ status: 200, complete: false });
      expect(early.text).toContain('it."');
      expect((await ending())?.answer).toMatchObject({ complete: false, usageSent: false });
      const whole = await send(vendor, true);
      expect(whole.complete).toBe(true);
      expect(whole.tookMs).toBeGreaterThanOrEqual(1_499);
      expect((await ending())?.answer).toMatchObject({ complete: true, usageSent: true });
      expect((await send(vendor, false)).tookMs).toBeLessThan(1_500);
    },
  );

  it("hangs keep the connection open and silent", async () => {
    script("hang-before-headers");
    expect(await send("openai", false, 150)).toMatchObject({ status: undefined, text: "", complete: false });
    expect(await ending()).toMatchObject({ billed: true, answer: { complete: false, bytesSent: 0 } });
    await sandbox.reset();
    script("hang-mid-body", { at: 100 });
    const seen = await send("openai", false, 150, sandbox, "answer");
    expect([seen.status, seen.text.length, seen.complete]).toEqual([200, 100, false]);
    expect((await ending())?.answer?.bytesSent).toBe(100);
  });

  it("an answer that came whole holds up no other one on its connection", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const { path, body } = target("openai", false);
    const headers = { authorization: `Bearer ${key}` };
    const ask = (): Promise<number> =>
      new Promise((resolve, reject) => {
        const options = { method: "POST", agent, headers, signal: AbortSignal.timeout(5_000) };
        const asked = httpRequest(sandbox.baseUrls.openai + path, options, (response) => {
          let bytes = 0;
          response.on("data", (chunk: Buffer) => (bytes += chunk.length));
          response.on("end", () => resolve(bytes));
        });
        asked.on("error", reject);
        asked.end(JSON.stringify(body));
      });
    const at = await ask();
    script("hang-mid-body", { at });
    expect(await ask()).toBe(at);
    expect((await ending())?.answer).toMatchObject({ complete: true, bytesSent: at });
    await sandbox.reset();
    expect(await ask()).toBe(at);
    agent.destroy();
  });

  it("cut-at-byte sends exactly so many bytes", async () => {
    for (const at of [0, 1, 57, 400]) {
      for (const stream of [false, true]) {
        await sandbox.reset();
        script("cut-at-byte", { at });
        const seen = await send("openai", stream);
        expect([seen.status, Buffer.byteLength(seen.text), seen.complete]).toEqual([200, at, false]);
        expect((await ending())?.answer).toMatchObject({ complete: false, bytesSent: at, usageSent: false });
      }
    }
  });

  it.each(["cut-before-headers", "reset-before-headers"] as const)("%s sends nothing", async (name) => {
    script(name);
    const seen = await send("anthropic", true);
    expect(seen).toMatchObject({ status: undefined, text: "", complete: false });
    expect(seen.tookMs).toBeLessThan(2_000);
    expect(await ending()).toMatchObject({ billed: true });
  });

  it("cut-mid-stream sends half", async () => {
    script("cut-mid-stream");
    const seen = await send("openai", true);
    expect(seen.complete).toBe(false);
    expect(seen.text).not.toContain("[DONE]");
    expect(hasDelta(seen.text)).toBe(true);
  });
});

describe("malformed and hostile answers", () => {
  it("malformed-json breaks exactly one document", async () => {
    script("malformed-json");
    expect(parseJson((await send("openai", false)).text)).toBeUndefined();
    const events = (await send("openai", true)).text.split("\n\n").filter((one) => one.startsWith("data: {"));
    expect(events.filter((one) => parseJson(one.slice(6)) === undefined)).toHaveLength(1);
  });

  it("giant-event and comment-flood are large and harmless", async () => {
    script("giant-event", { megabytes: 2 });
    const giant = await send("openai", true);
    expect(giant.text.length).toBeGreaterThan(2_000_000);
    expect(usagesIn(giant.text)).toHaveLength(1);
    expect(parseJson((await send("openai", false)).text)).toBeDefined();
    await sandbox.reset();
    script("comment-flood", { count: 5_000 });
    expect((await send("google", true)).text.match(/^: keep-alive$/gm)).toHaveLength(5_000);
  });

  it("gzip-bomb is small on the wire and unpacks to what was asked", async () => {
    script("gzip-bomb", { megabytes: 20 });
    const response = await fetch(`${sandbox.baseUrls.openai}/models`, { headers: { authorization: `Bearer ${key}` } });
    expect(Number(response.headers.get("content-length"))).toBeLessThan(100_000);
    expect((await response.arrayBuffer()).byteLength).toBe(20 * 1_048_576);
  });

  it("redirect, wrong-content-type, raw, status and many-headers", async () => {
    script("redirect", { to: "http://169.254.169.254/" });
    const moved = await send("openai", false);
    expect([moved.status, moved.headers["location"]]).toEqual([307, "http://169.254.169.254/"]);
    await sandbox.reset();
    script("wrong-content-type");
    expect((await send("openai", false)).headers["content-type"]).toBe("text/html");
    await sandbox.reset();
    script("raw", { status: 418, body: "short", headers: { "x-kind": "teapot" } });
    expect(await send("openai", false)).toMatchObject({ status: 418, text: "short", headers: { "x-kind": "teapot" } });
    await sandbox.reset();
    script("status", { status: 502, message: "Bad day", retryAfter: 3 });
    const bad = await send("anthropic", false);
    expect([bad.status, bad.headers["retry-after"]]).toEqual([502, "3"]);
    expect(bad.text).toContain("Bad day");
    await sandbox.reset();
    script("many-headers", { count: 500 });
    expect(Object.keys((await send("openai", false)).headers).length).toBeGreaterThan(500);
  });

  it("usage-exact tells the given object", async () => {
    const usage = { prompt_tokens: 1_000, completion_tokens: 200, total_tokens: 1_200 };
    script("usage-exact", { usage: { ...usage, prompt_tokens_details: { cached_tokens: 400, audio_tokens: 100 } } });
    expect(usagesIn((await send("openai", false)).text)[0]).toMatchObject(usage);
    expect((await ending())?.reported).toMatchObject({ input: 500, cacheRead: 400, inputAudio: 100, output: 200 });
  });
});

it("every fault has a sentence and a source, also in the README, and every vendor id a mount", async () => {
  const readme = await readFile(new URL("README.md", import.meta.url), "utf8");
  const rows = [...readme.matchAll(/^\| `([a-z0-9-]+)` +\| (yes|no) +\| ([a-z0-9-]+) +\| (.*?) +\|$/gm)];
  expect(rows.map((row) => row.slice(1))).toEqual(
    Object.entries(faults).map(([name, { billed, source, doc }]) => [name, billed ? "yes" : "no", source, doc]),
  );
  for (const [name, fault] of Object.entries(faults)) {
    expect(name).toMatch(/^[a-z0-9-]+$/);
    expect(fault.doc).toMatch(/^[A-Z].*\.$/);
  }
  for (const [name, { url, says }] of Object.entries(faultSources))
    expect(readme).toContain(`| ${name} | <${url}>: ${says} |`);
  expect(new Set(Object.values(faults).map(({ source }) => source))).toEqual(new Set(Object.keys(faultSources)));
  expect(Object.keys(sandbox.baseUrls)).toEqual([...vendorIds]);
});
