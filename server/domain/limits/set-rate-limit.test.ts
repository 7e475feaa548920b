import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDeps, testContext, type TestDeps } from "../../../test/deps.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { createSnapshot } from "../../platform/snapshot.ts";
import { listAuditEvents } from "../audit/index.ts";
import { listRateLimits } from "./list-rate-limits.ts";
import { loadRateLimits, rateLimitTopics } from "./rate-limits.ts";
import { setRateLimit, SetRateLimitInput } from "./set-rate-limit.ts";

let deps: TestDeps;
beforeAll(async () => {
  deps = await openTestDeps();
});
afterAll(() => deps.close());

const set = (ctx: CallContext, input: unknown) => setRateLimit(deps, ctx, SetRateLimitInput.parse(input));

describe("setRateLimit", () => {
  it("sets, changes and removes a limit, leaving an audit row each time", async () => {
    const ctx = testContext();
    await set(ctx, { scope: "user", requestsPerMinute: 10, tokensPerMinute: null });
    await set(ctx, { scope: "user", requestsPerMinute: 20, tokensPerMinute: 3_000 });
    expect(await listRateLimits(deps, ctx)).toEqual({
      limits: [{ scope: "user", scopeId: null, requestsPerMinute: 20, tokensPerMinute: 3_000 }],
    });
    await set(ctx, { scope: "user", requestsPerMinute: null, tokensPerMinute: null });
    expect(await listRateLimits(deps, ctx)).toEqual({ limits: [] });
    const { events } = await listAuditEvents(deps, ctx, {});
    expect(events.map(({ action, target, details }) => [action, target, details])).toEqual([
      [
        "rate_limit.set",
        "user",
        {
          before: { requestsPerMinute: 20, tokensPerMinute: 3_000 },
          after: { requestsPerMinute: null, tokensPerMinute: null },
        },
      ],
      [
        "rate_limit.set",
        "user",
        {
          before: { requestsPerMinute: 10, tokensPerMinute: null },
          after: { requestsPerMinute: 20, tokensPerMinute: 3_000 },
        },
      ],
      ["rate_limit.set", "user", { before: null, after: { requestsPerMinute: 10, tokensPerMinute: null } }],
    ]);
  });

  it("is of no other organization", async () => {
    const [ctx, other] = [testContext(), testContext()];
    await set(ctx, { scope: "organization", requestsPerMinute: 1, tokensPerMinute: null });
    expect((await listRateLimits(deps, other)).limits).toEqual([]);
    const limits = await loadRateLimits(deps.db.pool);
    expect(limits.scopesOf({ ...other, appId: undefined })).toEqual([]);
  });

  it.each([
    [{ scope: "organization", scopeId: "org_b", requestsPerMinute: 1, tokensPerMinute: null }],
    [{ scope: "team", requestsPerMinute: 1, tokensPerMinute: null }],
    [{ scope: "user", requestsPerMinute: 0, tokensPerMinute: null }],
    [{ scope: "user", requestsPerMinute: 1.5, tokensPerMinute: null }],
    [{ scope: "user", requestsPerMinute: 1 }],
    [{ scope: "user", scopeId: "", requestsPerMinute: 1, tokensPerMinute: null }],
    [{ scope: "user", requestsPerMinute: 1, tokensPerMinute: null, organizationId: "org_b" }],
  ])("refuses %j", (input) => {
    expect(SetRateLimitInput.safeParse(input).success).toBe(false);
  });
});

describe("loaded limits", () => {
  it("give a call the scopes it is counted in, its own row before the common one", async () => {
    const ctx = testContext({ appId: "srv_app", keyId: "key_1", userId: "usr_1" });
    await set(ctx, { scope: "organization", requestsPerMinute: 100, tokensPerMinute: 1_000_000 });
    await set(ctx, { scope: "user", requestsPerMinute: 10, tokensPerMinute: null });
    await set(ctx, { scope: "user", scopeId: "usr_1", requestsPerMinute: null, tokensPerMinute: 500 });
    await set(ctx, { scope: "app", scopeId: "srv_other", requestsPerMinute: 1, tokensPerMinute: null });
    const limits = await loadRateLimits(deps.db.pool);
    const organization = { kind: "organization", id: ctx.organizationId, rpm: 100, tpm: 1_000_000 };
    expect(limits.scopesOf(ctx)).toEqual([organization, { kind: "user", id: "usr_1", tpm: 500 }]);
    expect(limits.scopesOf({ ...ctx, userId: "usr_2" })).toEqual([
      organization,
      { kind: "user", id: "usr_2", rpm: 10 },
    ]);
    expect(limits.scopesOf({ ...ctx, userId: undefined, appId: undefined, keyId: undefined })).toEqual([organization]);
  });

  it("follow a change without a restart", async () => {
    const ctx = testContext();
    const limits = await createSnapshot({
      name: "limits",
      load: () => loadRateLimits(deps.db.pool),
      feed: deps.feed,
      topics: rateLimitTopics,
      log: deps.log,
    });
    await set(ctx, { scope: "key", requestsPerMinute: 7, tokensPerMinute: null });
    await expect
      .poll(() => limits.current().scopesOf({ ...ctx, keyId: "key_9" }))
      .toEqual([{ kind: "key", id: "key_9", rpm: 7 }]);
    limits.close();
  });
});
