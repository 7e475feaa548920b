import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { firstIdOf } from "../../platform/ids.ts";
import { silentLogger as log } from "../../platform/logger.ts";
import { openOperationTail, type OperationTail, type TailPart } from "./open-operation-tail.ts";
import type { OperationMark } from "./operation-mark.ts";
import type { OperationRow } from "./operation-row.ts";

/** What the database has; the newest last. */
let stored: OperationMark[];
let asked: (readonly string[])[];
let isDown = false;
let areRowsDown = false;
let tail: OperationTail;
const over = new AbortController();

const rowOf = ({ operationId, state }: OperationMark): OperationRow =>
  ({ operation_id: operationId, state }) as OperationRow;

const none = { followers: 200, ofOrganization: 50, ofCaller: 50 };

const open = (options: { readonly most?: typeof none; readonly longestMs?: number } = {}): OperationTail =>
  openOperationTail({
    source: {
      recent: async (organizationIds, from, limit) => {
        asked.push(organizationIds);
        if (isDown) throw new Error("The database does not answer.");
        return organizationIds.flatMap((id) =>
          stored
            .filter(({ organizationId, operationId }) => organizationId === id && operationId >= from)
            .toReversed()
            .slice(0, limit),
        );
      },
      marksOf: async (ids) => stored.filter(({ operationId }) => ids.includes(operationId)),
      rowsOf: async (ids) => {
        if (areRowsDown) throw new Error("The database does not answer.");
        return stored.filter(({ operationId }) => ids.includes(operationId)).map(rowOf);
      },
    },
    now: () => Date.now(),
    log,
    most: none,
    ...options,
  });

beforeEach(() => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  stored = [];
  ids.clear();
  asked = [];
  put("a", "1", "settled");
  isDown = false;
  areRowsDown = false;
  tail = open();
});
afterEach(() => {
  tail.close();
  vi.useRealTimers();
});

/** Ids by their number, in the order of time. */
const ids = new Map<string, string>();
const namesOf = new Map<string, string>();

const put = (organizationId: string, name: string, state: string): void => {
  const id = ids.get(name) ?? firstIdOf(Date.now()).replace(/.{12}$/, String(ids.size).padStart(12, "0"));
  ids.set(name, id);
  namesOf.set(id, name);
  stored = [
    ...stored.filter(({ operationId }) => operationId !== id),
    { organizationId, operationId: id, state },
  ].toSorted((one, other) => (one.operationId < other.operationId ? -1 : 1));
};

type Parts = AsyncGenerator<TailPart, void, void>;

/** The next part, after a second or so. */
const next = async (parts: Parts): Promise<unknown> => {
  const part = parts.next();
  await vi.advanceTimersByTimeAsync(1_000);
  const { value } = await part;
  return (
    value && { told: value.rows.map((row) => `${namesOf.get(row.operation_id)} ${row.state}`), missed: value.missed }
  );
};

const begin = async (organizationId = "a", signal: AbortSignal = over.signal): Promise<Parts> => {
  const parts = tail.follow({ organizationId, caller: "ann" }, signal);
  expect(await next(parts)).toEqual({ told: [], missed: 0 });
  return parts;
};

test("what was there is not told, and what begins and changes is told once", async () => {
  const parts = await begin();
  put("a", "2", "open");
  expect(await next(parts)).toEqual({ told: ["2 open"], missed: 0 });
  put("a", "2", "settled");
  put("a", "3", "released");
  expect(await next(parts)).toEqual({ told: ["2 settled", "3 released"], missed: 0 });
  put("a", "4", "open");
  expect(await next(parts)).toEqual({ told: ["4 open"], missed: 0 });
});

test("an operation that goes on is looked at until it ends, also when it is no longer among the newest", async () => {
  const parts = await begin();
  put("a", "2", "open");
  await next(parts);
  await vi.advanceTimersByTimeAsync(20_000);
  put("a", "2", "settled");
  expect(await next(parts)).toEqual({ told: ["2 settled"], missed: 0 });
});

test("everybody who follows shares one look a second, whatever they follow, and none is made for nobody", async () => {
  const signal = new AbortController();
  const followers = await Promise.all([
    begin("a", signal.signal),
    begin("a", signal.signal),
    begin("b", signal.signal),
  ]);
  asked = [];
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked.length).toBeGreaterThanOrEqual(9);
  expect(asked.length).toBeLessThanOrEqual(11);
  put("a", "2", "open");
  put("b", "3", "open");
  expect(await Promise.all(followers.map(next))).toEqual(
    ["2 open", "2 open", "3 open"].map((told) => ({ told: [told], missed: 0 })),
  );
  signal.abort();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(tail.followers()).toBe(0);
  asked = [];
  await vi.advanceTimersByTimeAsync(10_000);
  expect(asked).toEqual([]);
});

test("one organization is told nothing of another", async () => {
  const [a, b] = [await begin("a"), await begin("b")];
  put("a", "2", "open");
  put("b", "3", "open");
  expect(await Promise.all([next(a), next(b)])).toEqual([
    { told: ["2 open"], missed: 0 },
    { told: ["3 open"], missed: 0 },
  ]);
});

test("whoever does not read loses the oldest, and is told how many", async () => {
  const parts = await begin();
  for (let n = 0; n < 5; n += 1) {
    for (let one = 0; one < 60; one += 1) put("a", `slow ${n} ${one}`, "settled");
    await vi.advanceTimersByTimeAsync(1_000);
  }
  const part = await parts.next();
  expect(part.value).toMatchObject({ missed: 100 });
  expect(part.value?.rows).toHaveLength(200);
});

test("more at once than are told are counted", async () => {
  const parts = await begin();
  for (let one = 0; one < 130; one += 1) put("a", `at once ${one}`, "settled");
  await vi.advanceTimersByTimeAsync(1_000);
  const part = await parts.next();
  expect(part.value).toMatchObject({ missed: 30 });
});

test("more than a look reaches are counted, too", async () => {
  const parts = await begin();
  for (let one = 0; one < 600; one += 1) put("a", `flood ${one}`, "settled");
  expect(await next(parts)).toMatchObject({ missed: 401 });
});

test("what was out of a look's reach for a while is not told again", async () => {
  const parts = await begin();
  for (let second = 0; second < 12; second += 1) {
    for (let one = 0; one < 60; one += 1) put("a", `steady ${second} ${one}`, "settled");
    expect(await next(parts)).toMatchObject({ missed: 0 });
  }
  await vi.advanceTimersByTimeAsync(4_000);
  put("a", "afterwards", "settled");
  expect(await next(parts)).toEqual({ told: ["afterwards settled"], missed: 0 });
});

test("too many followers are refused at once, and a place is free again when one leaves, even one that never read", () => {
  tail.close();
  tail = open({ most: { followers: 4, ofOrganization: 2, ofCaller: 2 } });
  const signal = new AbortController();
  const follow = (organizationId: string, caller: string, until = over.signal): unknown =>
    tail.follow({ organizationId, caller }, until);
  const overloaded = expect.objectContaining({ code: "OVERLOADED" });
  follow("a", "ann", signal.signal);
  follow("a", "bob");
  expect(() => follow("a", "cid")).toThrow(overloaded);
  follow("b", "ann");
  expect(() => follow("b", "ann")).toThrow(overloaded);
  follow("b", "bob");
  expect(() => follow("c", "cid")).toThrow(overloaded);
  signal.abort();
  follow("c", "ann");
  expect(tail.followers()).toBe(4);
});

test("following ends after a while, so that a credential is shown again", async () => {
  tail.close();
  tail = open({ longestMs: 20 });
  const all: TailPart[] = [];
  for await (const part of tail.follow({ organizationId: "a", caller: "ann" }, over.signal)) all.push(part);
  expect(all.length).toBeLessThanOrEqual(1);
  expect(tail.followers()).toBe(0);
});

test("a closed tail ends what follows it", async () => {
  const parts = await begin();
  const last = parts.next();
  tail.close();
  expect(await last).toEqual({ done: true, value: undefined });
});

test("a closed tail takes nobody", () => {
  tail.close();
  expect(() => tail.follow({ organizationId: "a", caller: "ann" }, over.signal)).toThrow(
    expect.objectContaining({ code: "OVERLOADED" }),
  );
  expect(tail.followers()).toBe(0);
});

test("a database that does not answer for a while is asked again, and nothing of that time is lost", async () => {
  const parts = await begin();
  isDown = true;
  put("a", "2", "settled");
  await vi.advanceTimersByTimeAsync(30_000);
  isDown = false;
  areRowsDown = true;
  await vi.advanceTimersByTimeAsync(3_000);
  areRowsDown = false;
  put("a", "3", "open");
  expect(await next(parts)).toEqual({ told: ["2 settled", "3 open"], missed: 0 });
});

test("after a longer outage it is said that there may be more", async () => {
  const parts = await begin();
  isDown = true;
  put("a", "2", "settled");
  await vi.advanceTimersByTimeAsync(120_000);
  isDown = false;
  expect(await next(parts)).toEqual({ told: [], missed: 1 });
});
