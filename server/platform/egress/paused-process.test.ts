import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../../test/eventually.ts";

/** Answers held back until the caller stands still, by the path that was asked for. */
const waiting = new Map<string, ServerResponse>();
const vendor = createServer((request, response) => {
  request.resume().on("end", () => waiting.set(request.url ?? "", response));
});
let port: number;
beforeAll(async () => {
  vendor.listen(0, "127.0.0.1");
  await once(vendor, "listening");
  const address = vendor.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  ({ port } = address);
});
afterAll(() => vendor.close());

const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

interface Limits {
  readonly deadlineMs: number;
  readonly firstByteMs: number;
  readonly idleMs: number;
}

/** A process of its own that makes one call, and what it says in the end. */
const caller = (
  path: string,
  limits: Limits,
): { readonly said: Promise<unknown>; readonly signal: (name: NodeJS.Signals) => void } => {
  const script = `
    import { createEgress } from ${JSON.stringify(new URL("./index.ts", import.meta.url).href)};
    const clock = { now: () => Date.now(), monotonic: () => performance.now() };
    const log = { warn() {} };
    const egress = createEgress({ allow: ["127.0.0.1:${port}"], log, clock });
    const attempt = egress.attempt({
      vendor: "test", credentialId: "c", credentialVersion: 1, baseUrl: "http://127.0.0.1:${port}",
      ...${JSON.stringify(limits)}, maxBytes: 64 * 1024 * 1024, signal: new AbortController().signal,
    });
    try {
      const { body } = await attempt.send({ method: "POST", path: ${JSON.stringify(path)}, headers: {}, body: "{}" });
      let bytes = 0;
      for await (const chunk of body) bytes += chunk.byteLength;
      console.log(JSON.stringify({ bytes }));
    } catch (error) {
      console.log(JSON.stringify({ reason: error.reason, sent: error.sent }));
    }
    process.exit(0);`;
  const started = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", "--input-type=module", "-e", script],
    { stdio: ["ignore", "pipe", "inherit"] },
  );
  children.push(started);
  const said = once(createInterface({ input: started.stdout }), "line").then(([line]): unknown =>
    JSON.parse(String(line)),
  );
  return { said, signal: (name) => void started.kill(name) };
};

const asked = async (path: string): Promise<ServerResponse> => {
  await eventually(() => expect(waiting.has(path)).toBe(true), { timeout: 20_000 });
  const response = waiting.get(path);
  if (!response) throw new Error("nobody asked");
  return response;
};

const generous: Limits = { deadlineMs: 20_000, firstByteMs: 20_000, idleMs: 20_000 };
const large = 600_000;

describe("a process that stood still past a limit reads what lies in its sockets before it judges", () => {
  // Side by side: each is waiting for most of its time.
  it.concurrent.each([
    ["the first byte", { ...generous, firstByteMs: 1_500 }],
    ["the deadline", { ...generous, deadlineMs: 1_500 }],
    ["silence", { ...generous, idleMs: 1_500 }],
  ] as const)("%s", async (limit, limits) => {
    const path = `/${limit.replaceAll(" ", "-")}`;
    const { said, signal } = caller(path, limits);
    const response = await asked(path);
    if (limits.idleMs < generous.idleMs) {
      response.write("begun");
      await sleep(200);
    }
    signal("SIGSTOP");
    await sleep(200);
    response.end("x".repeat(large));
    await sleep(3_500);
    signal("SIGCONT");
    const begun = limits.idleMs < generous.idleMs ? 5 : 0;
    expect(await said).toEqual({ bytes: large + begun });
  });

  it.concurrent("and judges what it hears nothing of", async () => {
    const { said, signal } = caller("/nothing", { ...generous, firstByteMs: 1_500 });
    await asked("/nothing");
    signal("SIGSTOP");
    await sleep(3_500);
    signal("SIGCONT");
    expect(await said).toEqual({ reason: "first_byte", sent: true });
  });
});
