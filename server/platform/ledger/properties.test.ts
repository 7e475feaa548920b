import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestLedger, type TestLedger, type TestOrganization } from "../../../test/ledger.ts";
import type { OperationState, ReserveCall, ReserveReply, SettleReply } from "./index.ts";

// LEDGER_PROPERTY_RUNS=1000000 for the long run; LEDGER_PROPERTY_SEED repeats one.
const runs = Number(process.env["LEDGER_PROPERTY_RUNS"] ?? 160);
const seed = Number(process.env["LEDGER_PROPERTY_SEED"] ?? Date.now() % 2 ** 31);
const lanes = 16;

let t: TestLedger;
beforeAll(async () => {
  t = await openTestLedger();
});
afterAll(() => t.close());

interface Held {
  readonly call: ReserveCall;
  readonly held: bigint;
  readonly key: number | undefined;
  state: OperationState;
  cost: bigint;
}

/** The ledger in a few lines: what each step must answer, and what the counters must be. */
class Model {
  readonly operations: Held[] = [];
  readonly limits: readonly (bigint | undefined)[];

  constructor(limits: readonly (bigint | undefined)[]) {
    this.limits = limits;
  }

  counters() {
    const booked = this.operations.filter(({ state }) => state === "settled");
    const late = this.operations.filter(({ state }) => state === "late");
    const sum = (amounts: readonly bigint[]): bigint => amounts.reduce((total, amount) => total + amount, 0n);
    return {
      reserved: sum(
        this.operations.filter(({ state }) => state === "open" || state === "uncertain").map(({ held }) => held),
      ),
      spent: sum(booked.map(({ cost, held }) => (cost < held ? cost : held))),
      overrun: sum([
        ...booked.map(({ cost, held }) => (cost > held ? cost - held : 0n)),
        ...late.map(({ cost }) => cost),
      ]),
    };
  }

  reserve(held: bigint, key: number | undefined): ReserveReply["status"] {
    if (key !== undefined && this.operations.some((each) => each.key === key && each.state !== "released"))
      return "replay";
    const { reserved, spent, overrun } = this.counters();
    return this.limits.every((limit) => limit === undefined || limit - reserved - spent - overrun >= held)
      ? "held"
      : "refused";
  }

  end(operation: Held, end: "settled" | "released" | "uncertain", cost: bigint): SettleReply {
    const { state } = operation;
    if ((state === "open" || state === "uncertain") && end !== "uncertain") {
      operation.state = end;
      operation.cost = end === "settled" ? cost : 0n;
      return end;
    }
    if (state === "open") {
      operation.state = "uncertain";
      return "uncertain";
    }
    if (state === "released" && end === "settled" && cost > 0n) {
      operation.state = "late";
      operation.cost = cost;
      return "late";
    }
    const same = state === end || (state === "late" && end === "settled");
    return same && operation.cost === (end === "settled" ? cost : 0n) ? "same" : "conflict";
  }
}

const amount = fc.bigInt({ min: 1n, max: 60n });
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("reserve" as const),
      amount,
      key: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom("settled" as const, "released" as const, "uncertain" as const),
      pick: fc.nat(),
      cost: fc.bigInt({ min: 0n, max: 80n }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("again" as const), pick: fc.nat() }) },
);
const scenario = fc.record({
  organization: fc.bigInt({ min: 0n, max: 300n }),
  app: fc.option(fc.bigInt({ min: 0n, max: 300n }), { nil: undefined }),
  steps: fc.array(step, { minLength: 1, maxLength: 25 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer S> ? S : never;

const play = async ({ organization, app, steps }: Scenario): Promise<void> => {
  const org: TestOrganization = await t.organization([
    { limit: organization },
    ...(app === undefined ? [] : [{ scope: "app" as const, limit: app }]),
    { scope: "user" as const, limit: 10n, hard: false, period: "month" as const, window: "rolling" as const },
  ]);
  const model = new Model([organization, app]);
  const salt = crypto.getRandomValues(new Uint8Array(31));
  for (const each of steps) {
    if (each.kind === "reserve") {
      const idempotency =
        each.key === undefined
          ? undefined
          : { key: Uint8Array.from([...salt, each.key]), fingerprint: new Uint8Array(32) };
      const call = t.call(org, each.amount, { idempotency });
      const expected = model.reserve(each.amount, each.key);
      expect((await t.ledger.reserve(call)).status).toBe(expected);
      if (expected === "held")
        model.operations.push({ call, held: each.amount, key: each.key, state: "open", cost: 0n });
      continue;
    }
    const operation = model.operations[each.pick % (model.operations.length || 1)];
    if (!operation) continue;
    if (each.kind === "again") {
      expect(await t.ledger.reserve(operation.call)).toEqual({ status: "known", state: operation.state });
      continue;
    }
    const expected = model.end(operation, each.kind, each.cost);
    const costNanos = each.kind === "settled" ? each.cost : undefined;
    expect(
      await t.ledger.settle({
        operationId: operation.call.operationId,
        end: each.kind,
        costNanos,
        source: "provider",
        result: {},
      }),
    ).toBe(expected);
  }
  const counters = model.counters();
  for (const level of org.levels) expect(await t.budget(level)).toMatchObject(counters);
};

test(
  `random sequences agree with the model (seed ${seed}, ${runs} runs)`,
  { timeout: 60_000 + runs * 100 },
  async () => {
    await Promise.all(
      Array.from({ length: lanes }, (_, lane) =>
        fc.assert(fc.asyncProperty(scenario, play), {
          numRuns: Math.ceil(runs / lanes),
          seed: seed + lane,
          endOnFailure: false,
        }),
      ),
    );
    expect(await t.disagreeing()).toEqual([]);
  },
);
