import { expect, test } from "vitest";
import type { OperationAnswer } from "../../_data/answers.ts";
import { mergeCalls } from "./merge-calls.ts";

// Of a call only what it is found by, and one thing that changes.
const call = (operationId: string, state: OperationAnswer["state"] = "settled"): OperationAnswer =>
  ({ operationId, state }) as OperationAnswer;

const page = (ids: readonly string[], next: string | null = null) => ({
  reach: "organization" as const,
  operations: ids.map((id) => call(id)),
  next,
  uncertain: null,
});

const shown = ({ operations, next }: ReturnType<typeof mergeCalls>) => [
  operations.map((one) => `${one.operationId} ${one.state}`),
  next,
];

test("newer calls come first, and what has changed stays in its place", () => {
  expect(shown(mergeCalls(page(["3", "2", "1"]), [call("2", "late"), call("4", "open")], 10))).toEqual([
    ["4 open", "3 settled", "2 late", "1 settled"],
    null,
  ]);
});

test("what no longer fits goes to the next page, which begins there", () => {
  expect(shown(mergeCalls(page(["3", "2", "1"]), [call("5"), call("4")], 3))).toEqual([
    ["5 settled", "4 settled", "3 settled"],
    "3",
  ]);
});

test("a change to an older call is not on this page, where there are further ones", () => {
  expect(shown(mergeCalls(page(["3", "2"], "2"), [call("1")], 3))).toEqual([["3 settled", "2 settled"], "2"]);
  expect(shown(mergeCalls(page([]), [call("1")], 3))).toEqual([["1 settled"], null]);
});

test("nothing told changes nothing", () => {
  expect(mergeCalls(page(["2", "1"], "1"), [], 2)).toEqual(page(["2", "1"], "1"));
});
