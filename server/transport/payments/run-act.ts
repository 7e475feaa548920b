import type { PaymentAct } from "../../contracts/payments/payment-act.ts";
import type { DryRunAnswer } from "../../contracts/payments/answers.ts";
import type { VendorObject } from "../../contracts/payments/vendor-objects.ts";
import { NexusError } from "../../errors.ts";
import { showRequest, withoutClaim, type PaymentsActRequest } from "../../families/payments/index.ts";
import { dryRun } from "../../gateway/dry-run.ts";
import type { Reply } from "../../gateway/reply.ts";
import { noteUnknownState } from "./ask-vendor.ts";
import { answer } from "../trpc/answer.ts";
import type { ProcedureContext } from "../trpc/init.ts";

/** What is said of every act beside its object. */
export const actedOf = ({ facts, replayed }: Pick<Reply<unknown>, "facts" | "replayed">) => ({
  effect: "done" as const,
  replayed,
  provider: facts.vendor,
  nexus: facts,
});

type ObjectOf<K extends VendorObject["kind"]> = Omit<Extract<VendorObject, { kind: K }>, "kind">;

const isOf = <K extends VendorObject["kind"]>(
  kind: K,
  object: VendorObject,
): object is Extract<VendorObject, { kind: K }> => object.kind === kind;

/** Carries an act out, and gives the object that it made or changed. */
export const runAct = async <K extends VendorObject["kind"]>(
  ctx: ProcedureContext,
  kind: K,
  request: PaymentsActRequest,
): Promise<{ readonly object: ObjectOf<K>; readonly reply: Reply<VendorObject> }> => {
  const reply = await answer(ctx, request);
  const { result } = reply;
  if (!isOf(kind, result))
    throw new NexusError("INTERNAL", {
      effect: "done",
      cause: new Error(`${request.operation.id} gave ${result.kind}`),
    });
  const { kind: _, ...object } = result;
  if (!reply.replayed) noteUnknownState(ctx.deps.gateway, reply.facts.vendor, object);
  return { object, reply };
};

/** The request that would be sent, and what would be held. */
export const dryRunOf = async (
  { deps: { gateway }, call }: ProcedureContext,
  request: PaymentsActRequest,
  act: PaymentAct,
  bounded = true,
): Promise<DryRunAnswer> => {
  const { route, boundNanos, request: bytes } = await dryRun(gateway, withoutClaim(request, act), call);
  return {
    effect: "none",
    dryRun: true,
    provider: route.target.vendor,
    credentialTier: route.target.credentialTier,
    boundNanoUsd: bounded ? boundNanos.toString() : null,
    request: showRequest(route, bytes),
  };
};
