import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openListeningGateway, type ListeningGateway } from "../../test/listening-gateway.ts";
import { procedureInputs } from "../../test/procedure-inputs.ts";
import { askOverRest, askOverTrpc, sendRaw, type RawAsk } from "../../test/send-raw.ts";
import { listProcedures } from "./trpc/procedure-list.ts";

// Every number and every amount of every operation, by what the operations declare: none is read as another than was written.

let test: ListeningGateway;
let credential: string;
let organizationId: string;

beforeAll(async () => {
  test = await openListeningGateway();
  ({ credential, organizationId } = test.issue());
});
afterAll(() => test.close());

type Path = readonly (string | number)[];

interface Leaf {
  readonly path: Path;
  readonly kind: "digits" | "number";
}

const isDigits = (value: unknown): boolean => typeof value === "string" && /^-?\d{1,20}$/.test(value);

/** Where numbers stand in an input, and amounts, which are digits in a text. */
const leavesOf = (value: unknown, path: Path = []): readonly Leaf[] => {
  if (typeof value === "number") return [{ path, kind: "number" }];
  if (isDigits(value)) return [{ path, kind: "digits" }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, one]) =>
    leavesOf(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
};

const replaced = (value: unknown, [key, ...rest]: Path, by: unknown): unknown => {
  if (key === undefined) return by;
  if (Array.isArray(value)) return value.map((one, at) => (at === key ? replaced(one, rest, by) : (one as unknown)));
  const of = value as Readonly<Record<string, unknown>>;
  return { ...of, [key]: replaced(of[key], rest, by) };
};

/** Neither is an amount, though somebody's parser takes each of them for one. */
const noDigits: readonly unknown[] = [
  "-0",
  "-1",
  "-1050",
  "+1050",
  "1e3",
  "1050.00",
  "10.5",
  "1,050",
  "1_050",
  "0x41a",
  "1050n",
  " 1050",
  "1050 ",
  "",
  "NaN",
  "Infinity",
  "\uff11\uff10",
  "\u0661\u0660\u0665\u0660",
  "\u09e7\u09e6",
  "\u{1d7cf}",
  "\u00b2",
  "9".repeat(40),
  1050,
  10.5,
  -1050,
  null,
  ["1050"],
  { amount: "1050" },
];
/** Nor is any of these a count. */
const noNumbers: readonly unknown[] = [0.5, -1, 1e21, 2 ** 53, -0.1, "five", "1e1", "0x10", "\u0665", [], {}, true];

/** Where some of these mean something: a debit, part of a percent or less than nothing of it, no price at all. */
const meant: Readonly<Record<string, readonly unknown[]>> = {
  "wallets.adjust amountNanos": ["-1", "-1050"],
  "plans.set markupPercent": [0.5, -1, -0.1],
  "plans.set rules.0.markupPercent": [0.5, -1, -0.1],
  "usage.prices.preview prices.input": [null],
  "usage.prices.set prices.input": [null],
};

const procedures = listProcedures().filter(({ streaming }) => !streaming);
const cases = procedures.flatMap((procedure) => {
  const input = procedureInputs[procedure.name] ?? {};
  // What an app fills its texts with is anything.
  const leaves = leavesOf(input).filter(({ path: [first] }) => first !== "variables");
  return leaves.map((leaf) => ({ procedure, input, ...leaf, name: `${procedure.name} ${leaf.path.join(".")}` }));
});

const ask = (request: RawAsk) =>
  sendRaw(test.port, { ...request, headers: { authorization: `Bearer ${credential}`, ...request.headers } });

it("knows the amounts of both families", () => {
  const names = cases.map(({ name }) => name);
  for (const name of [
    "payments.order.create amount.amount",
    "payments.refund.create amount.amount",
    "payments.checkout.create lines.0.amount.amount",
    "payments.checkout.create lines.0.quantity",
  ])
    expect(names).toContain(name);
});

describe.each([
  ["tRPC", askOverTrpc],
  ["REST", askOverRest],
] as const)("at %s", (door, askFor) => {
  it.each(cases.map((each) => [each.name, each] as const))(
    "%s that is no such number is refused by its name, and nothing is sent",
    async (name, { procedure, input, path, kind }) => {
      const isQuery = door === "REST" && procedure.type === "query";
      for (const bad of kind === "digits" ? noDigits : noNumbers) {
        // A query has nothing but texts, in which a number and its digits are one.
        if (meant[name]?.includes(bad) === true || (isQuery && typeof bad !== "string")) continue;
        const spoiled = replaced(input, path, bad) as Readonly<Record<string, unknown>>;
        const { status, text } = await ask(askFor(procedure, spoiled));
        expect([bad, status, text]).toEqual([bad, 400, expect.stringContaining(`"${path.join(".")}"`)]);
      }
      expect(await test.rows(organizationId)).toEqual([]);
      expect(test.sandbox.requests()).toEqual([]);
    },
  );
});
