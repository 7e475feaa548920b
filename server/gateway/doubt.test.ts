import * as fc from "fast-check";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CallContext } from "../contracts/call-context.ts";
import type { Doubt } from "../contracts/doubt.ts";
import { setBudget } from "../domain/budgets/index.ts";
import { NexusError } from "../errors.ts";
import { newId } from "../platform/ids.ts";
import { openTestGateway, withRoutes, type LedgerRow, type TestGateway } from "../../test/gateway.ts";
import { publishedCost } from "../../test/published-prices.ts";
import { readAll } from "../../test/read-all.ts";
import { generateTextRequest, streamTextRequest } from "../families/ai/index.ts";
import { call, stream } from "./call.ts";
import type { Gateway } from "./gateway.ts";
import { operatorNamed } from "../contracts/operator.ts";

let test: TestGateway;
let gateway: Gateway;

interface Limits {
  readonly deadlineMs?: number;
  readonly firstByteMs?: number;
  readonly idleMs?: number;
  readonly maxBytes?: number;
}

/** The same gateway with smaller limits, so that no test takes as long as a call may. */
const limited = (limits: Limits): Gateway => {
  const { egress } = gateway;
  return { ...gateway, egress: { ...egress, attempt: (options) => egress.attempt({ ...options, ...limits }) } };
};

beforeAll(async () => {
  test = await openTestGateway();
});
afterAll(() => test.close());
beforeEach(async () => {
  await test.sandbox.reset();
  gateway = test.fresh({ callTimeoutMs: 20_000 });
});

const vendors = [
  { vendor: "openai", model: "gpt-4o-mini" },
  { vendor: "anthropic", model: "claude-sonnet-4-5" },
  { vendor: "google", model: "gemini-2.5-flash" },
] as const;
type Vendor = (typeof vendors)[number];

const prompt = "Tell me a story. [[words:24]]";
const asked = ({ vendor, model }: Vendor) => ({ model: `${vendor}/${model}`, prompt, maxOutputTokens: 400 });

const ways = {
  unstreamed: async (through: Gateway, vendor: Vendor, ctx: CallContext) => {
    await call(through, generateTextRequest(asked(vendor)), ctx);
  },
  streamed: async (through: Gateway, vendor: Vendor, ctx: CallContext) => {
    const reply = await stream(through, streamTextRequest(asked(vendor)), ctx);
    try {
      await readAll(reply.chunks);
    } catch (error) {
      // What the end of a broken stream says of it is what stands on its row.
      const { facts } = await reply.end;
      const row = await test.row(facts.operationId);
      const doubtful = { costNanoUsd: String(row.held), usageSource: "estimated", doubt: row.doubt };
      const told = { costNanoUsd: String(row.cost), usageSource: row.source };
      expect(facts).toMatchObject(row.state === "uncertain" ? doubtful : told);
      throw error;
    }
  },
} as const;
type Way = keyof typeof ways;

const errorOf = async (asking: Promise<unknown>): Promise<NexusError> => {
  const error: unknown = await asking.then(
    () => new Error("answered"),
    (caught: unknown) => caught,
  );
  if (!NexusError.is(error)) throw error;
  return error;
};

/** What the vendor bills for everything that it was sent in an organization's name. */
const billOf = async ({ organizationId }: CallContext): Promise<bigint> => {
  const ours = new Map((await test.rows(organizationId)).map((row) => [row.operationId, row]));
  let bill = 0n;
  for (const { operationId, billed, units, model } of test.sandbox.requests())
    if (billed && operationId !== null && ours.has(operationId)) bill += publishedCost(model, { ...units });
  return bill;
};

const coveredOf = async ({ organizationId }: CallContext): Promise<bigint> => {
  const { reserved, spent, overrun } = await test.counters(organizationId);
  return reserved + spent + overrun;
};

const onlyRow = async ({ organizationId }: CallContext): Promise<LedgerRow> => {
  const [row, ...others] = await test.rows(organizationId);
  if (!row || others.length > 0) throw new Error(`expected one row, found ${others.length + (row ? 1 : 0)}`);
  return row;
};

interface Kind {
  readonly fault: string;
  readonly settings?: object;
  readonly limits?: Limits;
  readonly doubt: Doubt;
  /** What the caller is told, unstreamed and streamed; `done` once the vendor was seen to act. */
  readonly effects: readonly ["unknown" | "done", "unknown" | "done"];
}

const acted = ["done", "done"] as const;
const silent = ["unknown", "unknown"] as const;
const patience = { deadlineMs: 600, firstByteMs: 600, idleMs: 600 };

const kinds: Readonly<Record<string, Kind>> = {
  "a time-out": { fault: "hang-before-headers", limits: patience, doubt: "timeout", effects: silent },
  "an answer that comes too late": {
    fault: "latency",
    settings: { delayMs: 1_500 },
    limits: patience,
    doubt: "timeout",
    effects: silent,
  },
  "a hang in the body": { fault: "hang-mid-body", limits: patience, doubt: "timeout", effects: acted },
  "a drip": {
    fault: "slow-drip",
    settings: { bytes: 1, everyMs: 50 },
    limits: { ...patience, idleMs: 20_000 },
    doubt: "timeout",
    effects: acted,
  },
  "a close before a byte": { fault: "cut-before-headers", doubt: "cut", effects: silent },
  "a reset before a byte": { fault: "reset-before-headers", doubt: "cut", effects: silent },
  "a body cut at its first byte": { fault: "cut-at-byte", doubt: "cut", effects: acted },
  "a body cut in the middle": { fault: "cut-mid-stream", doubt: "cut", effects: acted },
  "a body reset in the middle": { fault: "reset-mid-body", doubt: "cut", effects: acted },
  "a body without its numbers": { fault: "cut-after-last-delta", doubt: "cut", effects: acted },
  "an answer larger than is read": {
    fault: "too-large",
    settings: { megabytes: 2 },
    limits: { maxBytes: 1_000_000 },
    doubt: "too_large",
    effects: acted,
  },
  "a 502 of nobody's own": { fault: "bare-502", doubt: "server_error", effects: silent },
  "a 504 of nobody's own": { fault: "bare-504", doubt: "server_error", effects: silent },
  "a 504 of the vendor's own": {
    fault: "error-after-work",
    settings: { status: 504 },
    doubt: "server_error",
    effects: silent,
  },
};

describe.each(Object.entries(kinds))("%s", (_, { fault, settings, limits, doubt, effects }) => {
  const cells = vendors.flatMap((vendor) => (["unstreamed", "streamed"] as const).map((way) => ({ ...vendor, way })));

  it.each(cells)(
    "of $vendor, $way: the whole hold is kept, and a repeat is told the same",
    async ({ way, ...vendor }) => {
      const ctx = test.context({ idempotencyKey: newId() });
      test.sandbox.script({ vendor: vendor.vendor, faults: [{ name: fault, ...settings }] });
      const impatient = limited(limits ?? {});
      const error = await errorOf(ways[way](impatient, vendor, ctx));
      expect(error).toMatchObject({ effect: effects[way === "unstreamed" ? 0 : 1], retryable: false });
      expect(await onlyRow(ctx)).toMatchObject({
        operationId: error.operationId,
        state: "uncertain",
        doubt,
        cost: null,
        booked: 0n,
        errorCode: error.code,
      });
      expect(await coveredOf(ctx)).toBeGreaterThanOrEqual(await billOf(ctx));
      const asking = test.sandbox.requests().length;
      expect(await errorOf(ways[way](impatient, vendor, ctx))).toMatchObject({
        code: error.code,
        effect: error.effect,
        operationId: error.operationId,
        retryable: false,
      });
      expect(test.sandbox.requests()).toHaveLength(asking);
    },
  );
});

describe.each(["truncated-json", "wrong-content-type"])("what cannot be read: %s", (name) => {
  it.each(vendors)("of $vendor", async (vendor) => {
    const ctx = test.context();
    test.sandbox.script({ vendor: vendor.vendor, faults: [{ name }] });
    expect(await errorOf(ways.unstreamed(gateway, vendor, ctx))).toMatchObject({ effect: "done" });
    expect(await onlyRow(ctx)).toMatchObject({ state: "uncertain", doubt: "unreadable" });
  });
});

it.each(vendors)("a stream of $vendor that ends in good order before its numbers says so", async (vendor) => {
  const ctx = test.context();
  test.sandbox.script({ vendor: vendor.vendor, faults: [{ name: "end-early" }] });
  const reply = await stream(gateway, streamTextRequest(asked(vendor)), ctx);
  const parts = await readAll(reply.chunks);
  const { facts } = await reply.end;
  const row = await onlyRow(ctx);
  const delivered = parts.map((part) => (part.type === "text-delta" ? part.delta : "")).join("");
  expect(delivered).not.toBe("");
  // Where the dialect tells that the answer is complete, only its numbers are missing: that is estimated.
  if (row.state === "uncertain") {
    expect(row.doubt).toBe("cut");
    expect(facts).toMatchObject({ doubt: "cut", costNanoUsd: String(row.held) });
  } else {
    expect(row).toMatchObject({ state: "settled", source: "estimated" });
    expect(facts).toMatchObject({ usageSource: "estimated", costNanoUsd: String(row.cost) });
  }
  expect(await coveredOf(ctx)).toBeGreaterThanOrEqual(await billOf(ctx));
});

describe("a caller that leaves where nobody reads on", () => {
  /** As if the vendor went on at its caller's cost alone, or as if there was no room. */
  const unread = (why: "abort" | "full"): Gateway => {
    if (why === "full") {
      const liveStreams: Gateway["liveStreams"] = new Map();
      const draining = { progress: () => ({ units: {}, costNanos: 0n }), draining: true };
      for (let index = 0; index < 200; index += 1) liveStreams.set(String(index), draining);
      return { ...gateway, liveStreams };
    }
    return withRoutes(gateway, (route) => Object.assign(route, { readsOn: false }));
  };

  it.each(["abort", "full"] as const)("(%s) leaves a doubt, with what was delivered on the row", async (why) => {
    const leaving = new AbortController();
    const ctx = test.context({ signal: leaving.signal, idempotencyKey: newId() });
    test.sandbox.script({ faults: [{ name: "pace", everyMs: 20 }] });
    const reply = await stream(unread(why), streamTextRequest(asked(vendors[0])), ctx);
    for (let read = 0; read < 6; read += 1) await reply.chunks.next();
    const left = reply.chunks.return();
    leaving.abort();
    await left;
    expect((await reply.end).facts).toMatchObject({ doubt: "left" });
    const row = await onlyRow(ctx);
    expect(row).toMatchObject({ state: "uncertain", doubt: "left", booked: 0n });
    expect(row.units?.output).toBeGreaterThan(0);
    expect(
      await errorOf(ways.streamed(gateway, vendors[0], { ...ctx, signal: new AbortController().signal })),
    ).toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "done", operationId: row.operationId });
  });
});

it("a drain goes on until the call's own deadline, and what is cut then is in doubt", async () => {
  gateway = test.fresh({ callTimeoutMs: 1_500 });
  test.sandbox.script({ faults: [{ name: "hang-mid-body" }] });
  const leaving = new AbortController();
  const ctx = test.context({ signal: leaving.signal });
  const reply = await stream(gateway, streamTextRequest(asked(vendors[0])), ctx);
  await reply.chunks.next();
  leaving.abort();
  await reply.chunks.return();
  expect((await reply.end).facts).toMatchObject({ doubt: "timeout" });
  expect(await onlyRow(ctx)).toMatchObject({ state: "uncertain", doubt: "timeout" });
});

describe("how long a vendor may take", () => {
  /** A hundredth of the time: the limits of a call and those that an attempt is given, as the product has them. */
  const hurried = (): Gateway => {
    const { egress } = gateway;
    const scaled = (ms: number): number => Math.ceil(ms / 100);
    return {
      ...gateway,
      egress: {
        ...egress,
        attempt: (options) =>
          egress.attempt({
            ...options,
            deadlineMs: scaled(options.deadlineMs),
            firstByteMs: scaled(options.firstByteMs),
            idleMs: scaled(options.idleMs),
          }),
      },
    };
  };

  it("an answer that comes after 125 s of 600 is given, and booked at the vendor's numbers", async () => {
    gateway = test.fresh({ callTimeoutMs: 600_000 });
    test.sandbox.script({ faults: [{ name: "latency", delayMs: 1_250 }] });
    const ctx = test.context();
    const { facts } = await call(hurried(), generateTextRequest(asked(vendors[0])), ctx);
    const row = await onlyRow(ctx);
    const cost = publishedCost("gpt-4o-mini", { ...test.sandbox.requests().at(-1)?.reported });
    expect(row).toMatchObject({ operationId: facts.operationId, state: "settled", source: "provider", cost });
    expect(cost).toBe(await billOf(ctx));
  });

  it("a body that comes 125 s after its head is waited for, too", async () => {
    gateway = test.fresh({ callTimeoutMs: 600_000 });
    test.sandbox.script({ faults: [{ name: "slow-drip", bytes: 100_000, everyMs: 1_250 }] });
    const ctx = test.context();
    await call(hurried(), generateTextRequest(asked(vendors[0])), ctx);
    expect(await onlyRow(ctx)).toMatchObject({ state: "settled", source: "provider" });
  });

  it("a stream that has not begun after 120 s is given up", async () => {
    gateway = test.fresh({ callTimeoutMs: 600_000 });
    test.sandbox.script({ faults: [{ name: "latency", delayMs: 1_600 }] });
    const ctx = test.context();
    const error = await errorOf(stream(hurried(), streamTextRequest(asked(vendors[0])), ctx));
    expect(error).toMatchObject({ code: "PROVIDER_TIMEOUT", effect: "unknown" });
    expect(await onlyRow(ctx)).toMatchObject({ state: "uncertain", doubt: "timeout" });
  });
});

it.each(["unstreamed", "streamed"] as const)(
  "calls that time out one after the other (%s) never let the vendor's bill pass a hard budget of 0.004 USD",
  async (way) => {
    const ctx = test.context();
    const { organizationId } = ctx;
    const limit = 4_000_000n;
    await setBudget(
      test.deps,
      { ...operatorNamed("test"), organizationId },
      { scope: "organization", period: "total", limitNanos: String(limit) },
    );
    await test.refresh();
    test.sandbox.script({ faults: [{ name: "hang-before-headers" }] });
    const anew = () => {
      gateway = test.fresh({ callTimeoutMs: 20_000 });
      return limited({ deadlineMs: 60, firstByteMs: 60, idleMs: 60 });
    };
    const long = { ...asked(vendors[0]), prompt: "Go on. [[words:600]]", maxOutputTokens: 4_000 };
    const codes: string[] = [];
    for (let index = 0; index < 16; index += 1) {
      const asking =
        way === "unstreamed"
          ? call(anew(), generateTextRequest(long), ctx)
          : stream(anew(), streamTextRequest(long), ctx);
      codes.push((await errorOf(asking)).code);
      expect(await billOf(ctx)).toBeLessThanOrEqual(limit);
      expect(await coveredOf(ctx)).toBeGreaterThanOrEqual(await billOf(ctx));
    }
    expect(new Set(codes)).toEqual(new Set(["PROVIDER_TIMEOUT", "BUDGET_EXCEEDED"]));
    expect(await billOf(ctx)).toBeGreaterThan(0n);
  },
);

it("whatever byte an answer is cut at, what is booked or held is no less than the bill, at every moment", async () => {
  const lengths = new Map<string, number>();
  for (const vendor of vendors) {
    for (const way of ["unstreamed", "streamed"] as const) {
      await ways[way](gateway, vendor, test.context());
      await expect.poll(() => test.sandbox.requests().at(-1)?.answer?.bytesSent ?? 0).toBeGreaterThan(0);
      lengths.set(`${vendor.vendor} ${way}`, test.sandbox.requests().at(-1)?.answer?.bytesSent ?? 0);
    }
  }
  const cut = fc.record({
    vendor: fc.constantFrom(...vendors),
    way: fc.constantFrom<Way>("unstreamed", "streamed"),
    part: fc.double({ min: 0, max: 1, noNaN: true }),
    name: fc.constantFrom("cut-at-byte", "hang-mid-body"),
  });
  await fc.assert(
    fc.asyncProperty(cut, async ({ vendor, way, part, name }) => {
      await test.sandbox.reset();
      const at = Math.floor((lengths.get(`${vendor.vendor} ${way}`) ?? 0) * part);
      test.sandbox.script({ faults: [{ name, at }] });
      const ctx = test.context();
      gateway = test.fresh({ callTimeoutMs: 120_000 });
      // After the head a silence ends by itself; all else is told, however long the machine stands still.
      const patience = { idleMs: name === "hang-mid-body" ? 150 : 120_000 };
      const asking = ways[way](limited(patience), vendor, ctx).catch((error: unknown) => error);
      const ended = asking.then(() => true);
      for (let over = false; !over; over = await Promise.race([ended, sleep(10, false)])) {
        // The bill first: what covers it was there before.
        const bill = await billOf(ctx);
        if (bill > 0n) expect(await coveredOf(ctx)).toBeGreaterThanOrEqual(bill);
      }
      const error: unknown = await asking;
      const row = await onlyRow(ctx);
      expect(await coveredOf(ctx)).toBeGreaterThanOrEqual(await billOf(ctx));
      if (row.state === "uncertain") {
        expect(row).toMatchObject({ doubt: name === "cut-at-byte" ? "cut" : "timeout", booked: 0n });
      } else {
        expect(row).toMatchObject({ state: "settled" });
        if (row.source === "provider") expect(row.cost).toBe(await billOf(ctx));
      }
      if (error !== undefined) expect(NexusError.from(error).effect).toBe("done");
    }),
    { numRuns: 60 },
  );
}, 180_000);
