import { faults, isFaultName } from "./faults.ts";
import type { UsageRequest } from "./dearest-usage.ts";
import type { SandboxFault, FaultCall, FaultInput, Plan } from "./plan.ts";
import type { Units } from "./units.ts";
import type { VendorReply, UsageTelling } from "./vendor.ts";

const faultOf = (call: FaultCall): SandboxFault | undefined => (isFaultName(call.name) ? faults[call.name] : undefined);

/** How usage is told under these faults. */
export function usageTelling(calls: readonly FaultCall[], asked: UsageRequest): UsageTelling {
  const plain: UsageTelling = { edit: (usage) => usage, mode: "once" };
  return calls.reduce((telling, call) => ({ ...telling, ...faultOf(call)?.telling?.(call, asked) }), plain);
}

/** The reply bent by these faults, in their order. */
export function planReply(
  reply: VendorReply,
  calls: readonly FaultCall[],
  context: Omit<FaultInput, "settings"> & { readonly paceMs: number },
): { readonly plan: Plan; readonly billed: boolean; readonly units: Units | null } {
  const start: Plan = {
    reply,
    delayMs: 0,
    stop: undefined,
    drip: undefined,
    paceMs: context.paceMs,
    usageDelayMs: 0,
  };
  const plan = calls.reduce(
    (bent, settings) => faultOf(settings)?.plan?.(bent, { ...context, settings }) ?? bent,
    start,
  );
  const worked = reply.units !== null && calls.every((call) => faultOf(call)?.billed !== false);
  // What was done is billed, also where nothing of it is in the answer.
  const asTold = calls.some((call) => faultOf(call)?.billsAsTold === true);
  const units = asTold ? (reply.reported ?? reply.units) : reply.units;
  return { plan, billed: worked, units: worked ? units : null };
}
