import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { listBudgets, listMyBudgets, setBudget } from "../budgets/index.ts";
import { askForMore, decideRequest, listRequests, tellRequests } from "./index.ts";
import type { RequestForAuth } from "./tell-requests.ts";

let deps: TestDeps;
let administrator: CallContext;
let person: CallContext;
let budgetId: string;

beforeAll(async () => {
  deps = await openTestDeps();
});
afterAll(() => deps.close());
beforeEach(async () => {
  administrator = testContext({
    permissions: new Set(["srv_nexus.usage:read", "srv_nexus.budgets:read", "srv_nexus.budgets:manage"]),
  });
  const { organizationId } = administrator;
  person = testContext({ organizationId, permissions: new Set(["srv_nexus.usage:read", "srv_nexus.requests:create"]) });
  const own = { scope: "user", scopeId: person.userId ?? "", period: "day", limitNanos: "5000" } as const;
  ({ id: budgetId } = await setBudget(deps, administrator, own));
});

const ask = (limitNanos = "9000", reason = "a campaign") => askForMore(deps, person, { budgetId, limitNanos, reason });

const told: RequestForAuth[] = [];
const tell = (tellAuth: (request: RequestForAuth) => Promise<boolean> = async (request) => told.push(request) > 0) =>
  tellRequests({ ...deps, tellAuth, isClosed: () => false });

test("what is granted raises the limit until its date, leaves the budget's own as it is, and is on record", async () => {
  const request = await ask();
  expect(request).toMatchObject({ state: "open", limitBeforeNanos: "5000", limitWantedNanos: "9000", scope: "user" });
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const grant = { id: request.id, decision: "grant", limitNanos: "7000", until } as const;
  for (const [field, wrong] of [
    ["limitNanos", { limitNanos: "5000" }],
    ["until", { until: new Date(Date.now() - 1_000).toISOString() }],
    ["until", { until: new Date(Date.now() + 400 * 86_400_000).toISOString() }],
  ] as const)
    await expect(decideRequest(deps, administrator, { ...grant, ...wrong })).rejects.toMatchObject({
      issues: [{ field }],
    });
  const decided = await decideRequest(deps, administrator, grant);
  expect(decided).toMatchObject({
    state: "granted",
    decidedBy: administrator.userId,
    grantedNanos: "7000",
    grantedUntil: until,
  });
  expect((await listBudgets(deps, administrator)).budgets).toMatchObject([
    { id: budgetId, limitNanos: "7000", baseLimitNanos: "5000", raisedUntil: until, hard: true },
  ]);
  const { rows } = await deps.db.pool.query(
    "select action from nexus.audit_event where organization_id = $1 order by id",
    [administrator.organizationId],
  );
  expect(rows.map(({ action }) => action)).toEqual([
    "budget.set",
    "budget-request.create",
    "budget.raise",
    "budget-request.grant",
  ]);
  await expect(
    decideRequest(deps, administrator, { id: request.id, decision: "decline", note: "no" }),
  ).rejects.toMatchObject({
    code: "CONFLICT",
  });
});

test("what is declined changes nothing, and can be asked for again", async () => {
  const request = await ask();
  await expect(decideRequest(deps, administrator, { id: request.id, decision: "decline" })).rejects.toMatchObject({
    issues: [{ field: "note" }],
  });
  await expect(ask("8000")).rejects.toMatchObject({ code: "CONFLICT" });
  await decideRequest(deps, administrator, { id: request.id, decision: "decline", note: "next month" });
  expect((await listBudgets(deps, administrator)).budgets).toMatchObject([{ limitNanos: "5000" }]);
  expect((await listRequests(deps, person)).requests).toMatchObject([{ state: "declined", note: "next month" }]);
  expect(await ask("8000")).toMatchObject({ state: "open" });
});

test("without a date a grant holds to the end of the period; setting the budget anew ends it", async () => {
  const { id } = await ask();
  await decideRequest(deps, administrator, { id, decision: "grant" });
  const [budget] = (await listBudgets(deps, administrator)).budgets;
  expect(budget).toMatchObject({ limitNanos: "9000", raisedUntil: budget?.nextResetAt });
  const own = { scope: "user", scopeId: person.userId ?? "", period: "day", limitNanos: "6000" } as const;
  await setBudget(deps, administrator, own);
  expect((await listBudgets(deps, administrator)).budgets).toMatchObject([
    { limitNanos: "6000", baseLimitNanos: "6000", raisedUntil: null },
  ]);
});

test("who was refused asks by the budget's id for an app's or the organization's, too", async () => {
  const { id } = await setBudget(deps, administrator, { scope: "organization", period: "total", limitNanos: "1" });
  expect((await listMyBudgets(deps, person)).budgets.map((one) => one.id)).toEqual([budgetId]);
  expect((await listMyBudgets(deps, person, { budgetId: id })).budgets).toMatchObject([{ id }]);
  expect(await askForMore(deps, person, { budgetId: id, limitNanos: "9", reason: "ours" })).toMatchObject({
    scope: "organization",
  });
});

test("people see what they asked for themselves, administrators what everybody did", async () => {
  const { id } = await ask();
  const other = { ...person, userId: "usr_other" };
  expect((await listRequests(deps, other)).requests).toEqual([]);
  expect((await listRequests(deps, administrator, { state: "open" })).requests.map((one) => one.id)).toEqual([id]);
  expect((await listRequests(deps, testContext({ permissions: administrator.permissions }))).requests).toEqual([]);
  const stranger = testContext({ permissions: administrator.permissions });
  await expect(decideRequest(deps, stranger, { id, decision: "grant" })).rejects.toMatchObject({ code: "NOT_FOUND" });
});

test("nobody asks for less, for a budget of somebody else, or more than five times a day; keys ask for nothing", async () => {
  await expect(ask("5000")).rejects.toMatchObject({ issues: [{ field: "limitNanos" }] });
  await expect(ask("9000", " ")).rejects.toMatchObject({ issues: [{ field: "reason" }] });
  const { id: foreign } = await setBudget(deps, administrator, {
    scope: "user",
    scopeId: "usr_somebody",
    period: "day",
    limitNanos: "1",
  });
  await expect(askForMore(deps, person, { budgetId: foreign, limitNanos: "9", reason: "mine" })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
  const key = { ...person, actor: { kind: "api_key", keyId: "key_1", userId: person.userId } } as const;
  await expect(askForMore(deps, key, { budgetId, limitNanos: "9000", reason: "mine" })).rejects.toMatchObject({
    code: "SCOPE_DENIED",
  });
  for (let times = 0; times < 5; times += 1)
    await decideRequest(deps, administrator, { id: (await ask()).id, decision: "decline", note: "no" });
  await expect(ask()).rejects.toMatchObject({ code: "RATE_LIMITED" });
});

test("Auth is told of the request, then of the decision, each once; while it is away they wait", async () => {
  await tell();
  told.length = 0;
  const { id } = await ask();
  await tell(() => Promise.reject(new Error("away")));
  await deps.db.pool.query("update nexus.budget_request set tell_at = clock_timestamp() where id = $1", [id]);
  await tell();
  await tell();
  await decideRequest(deps, administrator, { id, decision: "grant" });
  await tell();
  await tell();
  expect(told).toMatchObject([
    { id, state: "open", userId: person.userId, limitWantedNanos: "9000", grantedUntil: null },
    { state: "granted", userId: person.userId, grantedNanos: "9000", grantedUntil: expect.any(String) },
  ]);
  expect(told[1]?.id).not.toBe(id);
});
