import type { CallContext } from "../../contracts/call-context.ts";
import type { ProbeResult } from "../../contracts/credential-probe.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { auditedChange } from "../audit/index.ts";
import type { CredentialRef } from "./load-credentials.ts";
import type { StoredCredential } from "./stored-credential.ts";
import { claimTest, updateTest } from "./store.ts";

/** Asks a credential's vendor whether it takes it. */
export type ProbeCredential = (credential: CredentialRef, signal: AbortSignal) => Promise<ProbeResult>;

/** A test costs nothing, and is no way to keep a vendor busy. */
const pauseMs = 10_000;

/**
 * Tests a stored secret and keeps what the test has shown. Nothing is locked while the vendor is asked: what became of a
 * secret that was replaced meanwhile is in the audit trail alone.
 */
export const runCredentialTest = async <Row extends StoredCredential>(
  deps: Pick<Deps, "db" | "clock">,
  probe: ProbeCredential,
  ctx: CallContext,
  row: Row,
): Promise<Row> => {
  const waitMs = await claimTest(deps.db.pool, row, new Date(deps.clock.now()), pauseMs);
  if (waitMs !== undefined)
    throw new NexusError("RATE_LIMITED", {
      message: `This credential was tested moments ago: its vendor is asked at most every ${pauseMs / 1_000} seconds.`,
      retryAfterMs: waitMs,
    });
  const { outcome, message } = await probe(row, ctx.signal);
  const lastTest = { outcome, message, at: new Date(deps.clock.now()) };
  await auditedChange(deps, ctx, async (tx, audit) => {
    await updateTest(tx, row, lastTest);
    await audit({
      action: row.tier === "byok" ? "key.test" : "credential.test",
      target: row.id,
      details: { vendor: row.vendor, organizationId: row.organizationId, version: row.version, outcome },
    });
  });
  return { ...row, lastTest };
};
