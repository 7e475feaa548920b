import { afterAll, beforeAll, expect, test } from "vitest";
import { openTestGateway, type TestGateway } from "../../test/gateway.ts";
import { generateTextRequest } from "../families/ai/index.ts";
import { call } from "./call.ts";

let t: TestGateway;
beforeAll(async () => {
  t = await openTestGateway();
});
afterAll(() => t.close());

const request = () =>
  generateTextRequest({ model: "openai/gpt-4o-mini", prompt: "Which way to the station?", maxOutputTokens: 40 });

test("whatever stops spending is obeyed by the next call, from memory or not, and by none after it is lifted", async () => {
  const gateway = t.fresh();
  const ctx = t.context();
  await call(gateway, request(), ctx);
  const outcome = () =>
    call(gateway, request(), ctx).then(
      () => "admitted",
      ({ code, effect, details }: { code: string; effect: string; details: unknown }) => ({ code, effect, details }),
    );
  const rows = async () =>
    (await t.deps.db.pool.query("select from nexus.operation where org_id = $1", [ctx.organizationId])).rowCount;
  const before = await rows();
  // Nobody is told and nothing is polled: the hold itself finds out.
  await t.deps.db.pool.query("alter table nexus.installation disable trigger user");
  await t.deps.db.pool.query("select nexus.stop_spending('restored')");
  await t.deps.db.pool.query("alter table nexus.installation enable trigger user");
  const refused = { code: "SPENDING_STOPPED", effect: "none", details: { reason: "restored" } };
  expect([await outcome(), await outcome(), await rows()]).toEqual([refused, refused, before]);
  // An organization seen for the first time comes with the stop.
  await expect(call(gateway, request(), t.context())).rejects.toMatchObject({ code: "SPENDING_STOPPED" });

  await t.deps.db.pool.query("select nexus.allow_spending()");
  await expect.poll(outcome).toBe("admitted");

  const home = "select cluster, database_id from nexus.installation";
  const { rows: homes } = await t.deps.db.pool.query<{ cluster: string; database_id: number }>(home);
  for (const moved of ["database_id = 1", "cluster = '4711'"]) {
    await t.deps.db.pool.query(`update nexus.installation set ${moved}`);
    await expect.poll(outcome).toEqual({ ...refused, details: { reason: "moved" } });
    await t.deps.db.pool.query("update nexus.installation set cluster = $1, database_id = $2", [
      homes[0]?.cluster,
      homes[0]?.database_id,
    ]);
    await expect.poll(outcome).toBe("admitted");
  }
  expect(homes[0]?.cluster).toMatch(/^\d+$/);
});

test("the gateway's role can neither stop nor allow spending", async () => {
  const client = await t.deps.db.pool.connect();
  try {
    await client.query("begin");
    await client.query("set local role nexus_app");
    expect((await client.query("select nexus.nexus_spending_stop() as stop")).rows).toEqual([{ stop: null }]);
    await expect(client.query("select nexus.allow_spending()")).rejects.toMatchObject({ code: "42501" });
  } finally {
    await client.query("rollback");
    client.release();
  }
});
