import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { claimChange, claimCreation, claimRefund } from "./claim-payment.ts";
import type { PlacedPayment } from "./find-payment.ts";

const pool = new pg.Pool({ host: "127.0.0.1", port: 1 });
const deps = { db: { pool, close: () => pool.end() } };
afterAll(() => deps.db.close());

const of: PlacedPayment = {
  operationId: "01a22708-0ffc-752f-95b4-ec2f97af5217",
  organizationId: "org_topolo",
  appId: "srv_shop",
  kind: "order",
  parentId: null,
  reference: "ref-1",
  amount: 1_000n,
  currency: "USD",
  state: "settled",
  vendor: "stripe",
  credentialId: "cred_1",
  credentialTier: "platform_default",
  objectId: "pi_1",
  over: false,
  seen: null,
};
const claim = {
  policies: [],
  operationId: of.operationId,
  caller: { organizationId: "org_topolo", appId: "srv_shop" },
};
const amount = { amount: 100n, currency: "USD" } as const;

test.each([
  ["a creation", () => claimCreation(deps, { ...claim, kind: "order", reference: "ref-1", amount })],
  ["a change", () => claimChange(deps, { ...claim, kind: "capture", of })],
  ["a refund", () => claimRefund(deps, { ...claim, of, amount, captured: 1_000n, foreign: 0n })],
])("%s that the database cannot take has done nothing, and may be asked for again", async (_, ask) => {
  await expect(ask()).rejects.toMatchObject({ code: "LEDGER_UNAVAILABLE", effect: "none", retryAfterMs: 1_000 });
});
