import type { Units } from "../../contracts/units.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { FollowedJob } from "./follow-jobs.ts";

/** What a job that has ended is booked at. */
interface EndedJob {
  /** The operation that began it. */
  readonly operation: string;
  readonly job: FollowedJob & { readonly appId: string | undefined };
  readonly charge: {
    readonly units: Units;
    readonly costNanos: bigint;
    readonly source: "provider" | "estimated";
    readonly unpricedClasses: readonly string[];
    readonly responseModel?: string | undefined;
  };
  readonly rawUsage: unknown;
  readonly vendorRequestId: string;
  readonly serviceTier?: string;
  /** The vendor would not do it, or could not. */
  readonly failed: boolean;
}

/** Books a job that has ended, and tells that it has. Done again it says the same. */
export const settleJob = async (
  gateway: Gateway,
  { operation, job, charge, rawUsage, vendorRequestId, serviceTier, failed }: EndedJob,
): Promise<void> => {
  const { operationId, organizationId, appId, vendor, model, credentialTier, credentialId, createdAt } = job;
  const { units, costNanos, source, unpricedClasses, responseModel } = charge;
  const durationMs = gateway.clock.now() - createdAt.getTime();
  const errorCode = failed ? "PROVIDER_REJECTED" : undefined;
  const reply = await gateway.ledger.settle({
    operationId,
    end: "settled",
    costNanos,
    source,
    result: {
      units,
      rawUsage,
      responseModel,
      vendorRequestId,
      serviceTier,
      latencyMs: Math.round(durationMs),
      unpricedClasses: unpricedClasses.length === 0 ? undefined : unpricedClasses,
      errorCode,
    },
  });
  if (reply !== "settled") return;
  gateway.onCall({
    ctx: { organizationId, appId },
    operation,
    target: { vendor, model, credentialTier, credentialId },
    outcome: "settled",
    source,
    units,
    costNanos,
    durationMs,
    firstByteMs: undefined,
    errorCode,
  });
};
