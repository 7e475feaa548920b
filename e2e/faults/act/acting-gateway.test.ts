import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openTestGateway, type TestGateway } from "../../../test/gateway.ts";
import { actingFaults, documentedFaults, type ActingFault } from "../../../sandbox/acting/acting-rules.ts";
import { startActingVendor, type ActingVendor } from "../../../sandbox/acting/acting-vendor.ts";
import type { CallContext } from "../../../server/contracts/call-context.ts";
import type { CredentialRef } from "../../../server/domain/credentials/index.ts";
import { NexusError } from "../../../server/errors.ts";
import { call } from "../../../server/gateway/call.ts";
import type { Gateway } from "../../../server/gateway/gateway.ts";
import { resolveUncertain } from "../../../server/gateway/resolve-uncertain.ts";
import { createEgress } from "../../../server/platform/egress/index.ts";
import { newId } from "../../../server/platform/ids.ts";
import { actingRequest, createActingFamily } from "./acting-family.ts";
import { actingVendorNames, actingVendors, type ActingVendorName } from "./acting-vendors.ts";

const apiKey = "sk-acting";
const faultOf = new Map<string, ActingFault>();
const first = new Set<string>();

let test: TestGateway;
let gateway: Gateway;
const vendors = new Map<string, ActingVendor>();

const credentialAt = (vendor: string): CredentialRef => {
  const { baseUrl } = vendors.get(vendor) ?? { baseUrl: "http://127.0.0.1:1" };
  return {
    id: `cred_${vendor}`,
    tier: "platform_default",
    organizationId: null,
    vendor,
    version: 1,
    baseUrl,
    allowedHost: new URL(baseUrl).host,
    label: null,
    sealed: { format: 1, keyId: "", wrappedKey: Buffer.alloc(0), ciphertext: Buffer.alloc(0) },
  };
};

beforeAll(async () => {
  test = await openTestGateway();
  for (const name of actingVendorNames) {
    // The fault that a note names meets the first request of its run.
    const script = ({ note = "" }: { readonly note: string | undefined }): ActingFault | undefined =>
      first.delete(note) ? faultOf.get(note) : undefined;
    vendors.set(name, await startActingVendor({ name, apiKey, ...actingVendors[name].behaviour, script }));
  }
  const fresh = test.fresh({ callTimeoutMs: 3_000 });
  const allow = [...vendors.values()].map(({ baseUrl }) => new URL(baseUrl).host);
  gateway = {
    ...fresh,
    egress: createEgress({ allow, log: fresh.log, clock: fresh.clock }),
    families: { payments: createActingFamily({ credentialOf: credentialAt, kill: () => undefined }) },
    credentialOf: (_, vendor) => credentialAt(vendor),
    openCredential: () => ({ apiKey }),
    // What one case does to a vendor says nothing to another one.
    admitRoute: () => true,
  };
});
afterAll(async () => {
  await gateway.egress.close();
  await Promise.all([...vendors.values()].map((vendor) => vendor.close()));
  await test.close();
});

interface Case {
  readonly vendor: ActingVendorName;
  readonly fault: ActingFault;
  readonly note: string;
}

const cases: readonly Case[] = actingVendorNames.flatMap((vendor) =>
  documentedFaults.map((fault) => ({ vendor, fault, note: `${vendor} ${fault}` })),
);

const ask = async (ctx: CallContext, { vendor, note }: Case): Promise<NexusError | { readonly id: string }> => {
  const request = actingRequest({ vendors: [vendor], amount: 1, note }, () => undefined);
  try {
    return (await call(gateway, request, ctx)).result;
  } catch (error) {
    if (NexusError.is(error)) return error;
    throw error;
  }
};

const progressOf = async (organizationId: string) =>
  (
    await test.deps.db.pool.query<{ operationId: string; state: string; progress: string }>(
      `select operation_id as "operationId", state, nexus.progress_of(operation_id, state) as progress
         from nexus.operation where org_id = $1`,
      [organizationId],
    )
  ).rows;

it("every fault of every kind of vendor ends in a proof, or before people; nothing is done twice", async () => {
  const contexts = cases.map((each) => {
    faultOf.set(each.note, each.fault);
    first.add(each.note);
    return test.context({ idempotencyKey: newId() });
  });
  const heard = await Promise.all(cases.map((each, at) => ask(contexts[at] ?? test.context(), each)));
  const until = Date.now() + 45_000;
  const open = async (): Promise<number> => {
    const all = await Promise.all(contexts.map(({ organizationId }) => progressOf(organizationId)));
    return all.flat().filter(({ progress }) => !["succeeded", "failed", "needs_review"].includes(progress)).length;
  };
  while ((await open()) > 0 && Date.now() < until) {
    await resolveUncertain(gateway);
    await sleep(300);
  }
  for (const [at, each] of cases.entries()) {
    const ctx = contexts[at] ?? test.context();
    const [row, ...others] = await progressOf(ctx.organizationId);
    const done =
      vendors
        .get(each.vendor)
        ?.effects()
        .filter(({ reference }) => reference === row?.operationId) ?? [];
    expect(others, each.note).toEqual([]);
    expect(done.length, each.note).toBeLessThanOrEqual(1);
    const { rules } = actingVendors[each.vendor];
    const known = rules.lookUp === "strong" || rules.keyLifetimeMs !== undefined;
    if (known) expect(row?.progress, each.note).toBe(done.length === 1 ? "succeeded" : "failed");
    else if (row?.progress === "needs_review") expect(heard[at], each.note).toMatchObject({ code: "OUTCOME_UNKNOWN" });
    else expect(row?.progress, each.note).toBe(done.length === 1 ? "succeeded" : "failed");
    // What was met was done; `postal` may have cancelled it after nothing else could be proved.
    const met = !first.has(each.note) && actingFaults[each.fault].executes !== "no";
    if (met && each.vendor !== "postal") expect(done.length, each.note).toBe(1);
    // A repeat with the same key is told how it ended, and nothing more is done.
    const again = await ask(ctx, each);
    if (row?.progress === "succeeded") expect(again, each.note).toMatchObject({ id: done[0]?.id });
    else if (row?.progress === "failed") expect(again, each.note).toMatchObject({ effect: "none", retryable: false });
    else expect(again, each.note).toMatchObject({ code: "OUTCOME_UNKNOWN", effect: "unknown", retryable: true });
    expect(
      vendors
        .get(each.vendor)
        ?.effects()
        .filter(({ reference }) => reference === row?.operationId),
    ).toHaveLength(done.length);
  }
}, 90_000);

it("a mutation without a key is refused at the path, naming the field", async () => {
  const ctx = test.context();
  const [courier] = cases;
  if (courier === undefined) throw new Error("no cases");
  expect(await ask(ctx, courier)).toMatchObject({ code: "INVALID_INPUT", issues: [{ field: "idempotency-key" }] });
  expect(await progressOf(ctx.organizationId)).toEqual([]);
});
