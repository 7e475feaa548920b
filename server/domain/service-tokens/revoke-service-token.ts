import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import { ownersFor, type ServiceTokenDeps } from "./service-token-deps.ts";
import { concernedBy, ServiceTokenId, ServiceTokenView, viewServiceToken } from "./service-token-view.ts";
import { lockServiceToken, markRevoked } from "./store.ts";

export const RevokeServiceTokenInput = z.strictObject({ id: ServiceTokenId });
export type RevokeServiceTokenInput = z.input<typeof RevokeServiceTokenInput>;

export const RevokeServiceTokenOutput = ServiceTokenView;
export type RevokeServiceTokenOutput = z.output<typeof RevokeServiceTokenOutput>;

/** Ends a token for good, the one before its rotation with it. Revoking it again changes nothing and tells nobody. */
export const revokeServiceToken = async (
  deps: ServiceTokenDeps,
  ctx: CallContext | OperatorContext,
  input: RevokeServiceTokenInput,
): Promise<RevokeServiceTokenOutput> => {
  const { id } = parseInput(RevokeServiceTokenInput, input);
  const row = await auditedChange(deps, ctx, async (tx, audit, unchanged) => {
    const existing = await lockServiceToken(tx, ownersFor(deps, ctx), id);
    if (existing === undefined) throw new NexusError("NOT_FOUND");
    if (existing.revokedAt !== null) {
      unchanged();
      return existing;
    }
    const revokedAt = new Date(deps.clock.now());
    await markRevoked(tx, id, revokedAt);
    await audit({
      action: "service-token.revoke",
      target: id,
      details: { label: existing.label },
      concerns: concernedBy(existing),
    });
    return { ...existing, revokedAt, previousDigest: null, previousValidUntil: null };
  });
  return viewServiceToken(row);
};
