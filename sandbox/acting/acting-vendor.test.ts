import * as fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { actingFaults, documentedFaults, type ActingFault } from "./acting-rules.ts";
import { startActingVendor, type ActingVendor, type ActingVendorOptions } from "./acting-vendor.ts";

const apiKey = "sk-acting";
const open: ActingVendor[] = [];
const start = async (options: Partial<ActingVendorOptions> = {}): Promise<ActingVendor> => {
  const vendor = await startActingVendor({ name: "courier", apiKey, keys: "header", lookUp: "strong", ...options });
  open.push(vendor);
  return vendor;
};
afterEach(async () => {
  await Promise.all(open.splice(0).map((vendor) => vendor.close()));
});

interface Answer {
  readonly status: number | "lost";
  readonly body: unknown;
  readonly headers?: Headers;
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const ask = async (url: string, init: RequestInit, waitMs = 400): Promise<Answer> => {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(waitMs) });
    return { status: response.status, body: jsonOf(await response.text()), headers: response.headers };
  } catch {
    return { status: "lost", body: undefined };
  }
};

const authorization = `Bearer ${apiKey}`;

const act = (
  { baseUrl }: ActingVendor,
  body: unknown,
  key?: string,
  headers: Record<string, string> = {},
): Promise<Answer> =>
  ask(`${baseUrl}/v1/effects`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      authorization,
      ...(key === undefined ? {} : { "idempotency-key": key }),
      ...headers,
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

const find = ({ baseUrl }: ActingVendor, reference: string): Promise<Answer> =>
  ask(`${baseUrl}/v1/references/${reference}/effects`, { headers: { authorization } });

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const order = { reference: "op-1", amount: 5 };

test("a key is answered once, and again with the same bytes", async () => {
  const vendor = await start();
  const first = await act(vendor, order, "k1");
  expect(first).toMatchObject({ status: 201, body: { object: "effect", reference: "op-1", amount: 5 } });
  const again = await act(vendor, order, "k1");
  expect(again.body).toEqual(first.body);
  expect(again.headers?.get("idempotent-replayed")).toBe("true");
  expect(vendor.effects()).toHaveLength(1);
});

test.each([400, 409] as const)("a key with other parameters is an error: %i", async (mismatchStatus) => {
  const vendor = await start({ mismatchStatus });
  await act(vendor, order, "k1");
  const other = await act(vendor, { ...order, amount: 6 }, "k1");
  expect(other).toMatchObject({ status: mismatchStatus, body: { error: { code: "idempotency_error" } } });
  expect(vendor.effects()).toHaveLength(1);
});

test("without keys every request is carried out", async () => {
  const vendor = await start({ keys: "none" });
  await act(vendor, order, "k1");
  await act(vendor, order, "k1");
  expect(vendor.effects()).toHaveLength(2);
});

test("a key that is older than its lifetime is as good as new", async () => {
  let at = 1_000_000;
  const vendor = await start({ keyLifetimeMs: 5_000, now: () => at });
  await act(vendor, order, "k1");
  at += 4_999;
  await act(vendor, order, "k1");
  expect(vendor.effects()).toHaveLength(1);
  at += 1;
  await act(vendor, order, "k1");
  expect(vendor.effects()).toHaveLength(2);
});

test("a second request with a key whose first one runs is in progress, and nothing is kept of it", async () => {
  const vendor = await start({ workMs: 150 });
  const [first, second] = await Promise.all([act(vendor, order, "k1"), wait(50).then(() => act(vendor, order, "k1"))]);
  expect(first.status).toBe(201);
  expect(second).toMatchObject({ status: 409, body: { error: { code: "idempotency_key_in_use" } } });
  expect((await act(vendor, order, "k1")).status).toBe(201);
  expect(vendor.effects()).toHaveLength(1);
});

test("a look-up shows what was done: at once, after a while, or there is none", async () => {
  let at = 1_000_000;
  const strong = await start();
  const eventual = await start({ lookUp: "eventual", visibleAfterMs: 2_000, now: () => at });
  const none = await start({ lookUp: "none" });
  for (const vendor of [strong, eventual, none]) await act(vendor, order, "k1");
  expect((await find(strong, "op-1")).body).toMatchObject({ data: [{ reference: "op-1" }] });
  expect((await find(strong, "op-2")).body).toMatchObject({ data: [] });
  expect((await find(eventual, "op-1")).body).toMatchObject({ data: [] });
  at += 2_000;
  expect((await find(eventual, "op-1")).body).toMatchObject({ data: [{ reference: "op-1" }] });
  expect((await find(none, "op-1")).status).toBe(404);
});

test("cancelling a key takes back what was done, and says the same where nothing was, or not yet", async () => {
  let fault: ActingFault | undefined;
  const vendor = await start({ cancelByKey: true, lateMs: 80, script: () => fault });
  const cancel = (key: string) =>
    ask(`${vendor.baseUrl}/v1/keys/${key}/cancel`, { method: "POST", headers: { authorization } });
  await act(vendor, order, "k1");
  expect(await cancel("k1")).toMatchObject({ status: 200 });
  expect(vendor.effects()).toHaveLength(0);
  expect(await cancel("never-used")).toMatchObject({ status: 200 });
  fault = "late-execution";
  await act(vendor, order, "k2");
  expect(await cancel("k2")).toMatchObject({ status: 200 });
  await wait(150);
  expect(vendor.effects()).toHaveLength(1);
});

const refused: readonly (readonly [string, unknown, Record<string, string>, number])[] = [
  ["an unknown field", { ...order, extra: 1 }, {}, 400],
  ["no reference", { amount: 5 }, {}, 400],
  ["a reference too long", { reference: "x".repeat(128), amount: 5 }, {}, 400],
  ["half an amount", { ...order, amount: 1.5 }, {}, 400],
  ["no amount", { ...order, amount: 0 }, {}, 400],
  ["no JSON", "{", {}, 400],
  ["another type", order, { "content-type": "text/plain" }, 415],
  ["another API key", order, { authorization: "Bearer other" }, 401],
  ["a key with a space", order, { "idempotency-key": "a b" }, 400],
  ["a key too long", order, { "idempotency-key": "k".repeat(256) }, 400],
];

test.each(refused)("%s is refused, done by nobody and not kept", async (_, body, headers, status) => {
  const vendor = await start();
  expect((await act(vendor, body, "k1", headers)).status).toBe(status);
  expect(vendor.effects()).toHaveLength(0);
  expect((await act(vendor, order, "k1")).status).toBe(201);
});

const faultNames = Object.keys(actingFaults) as ActingFault[];

/** What a caller sees of each fault, and of a repeat with the same key. */
const seen: Readonly<Record<ActingFault, readonly [number | "lost", number | "lost"]>> = {
  refuse: [402, 402],
  "refuse-key": [401, 201],
  "drop-before-head": ["lost", 201],
  "execute-then-drop": ["lost", 201],
  "execute-then-hang": ["lost", 201],
  "execute-then-5xx": [500, 500],
  "5xx-without-executing": [500, 500],
  "gateway-5xx": [502, 201],
  "truncated-body": ["lost", 201],
  "without-id": [201, 201],
  "error-without-field": [400, 201],
  "rate-limited": [429, 201],
  "in-progress": [409, 201],
  maintenance: [503, 201],
  "forget-key": ["lost", 201],
  "late-execution": ["lost", 409],
};

test.each(faultNames)(
  "%s does what its row says, and a repeat with the key finds what the vendor kept",
  async (name) => {
    const vendor = await start({ lateMs: 600, script: ({ seq }) => (seq === 1 ? name : undefined) });
    const { executes } = actingFaults[name];
    expect((await act(vendor, order, "k1")).status).toBe(seen[name][0]);
    expect(vendor.effects()).toHaveLength(executes === "yes" ? 1 : 0);
    expect((await act(vendor, order, "k1")).status).toBe(seen[name][1]);
    expect(vendor.made[name]).toBe(1);
    if (executes === "later") await wait(700);
    const done = name === "forget-key" ? 2 : name === "refuse" || name === "5xx-without-executing" ? 0 : 1;
    expect(vendor.effects()).toHaveLength(done);
  },
);

test("whatever goes wrong, a key that is kept is done at most once", async () => {
  const kept = documentedFaults.filter((name) => name !== "execute-then-hang");
  const step = fc.record({
    key: fc.constantFrom("a", "b"),
    fault: fc.option(fc.constantFrom(...kept), { nil: undefined }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const vendor = await start({ lateMs: 1, script: ({ seq }) => steps[seq - 1]?.fault });
      for (const { key } of steps) await act(vendor, { reference: `op-${key}`, amount: 1 }, key);
      await wait(5);
      for (const key of ["a", "b"])
        expect(vendor.effects().filter((effect) => effect.key === key).length).toBeLessThanOrEqual(1);
      await vendor.close();
      open.splice(open.indexOf(vendor), 1);
    }),
    { numRuns: 40 },
  );
});
