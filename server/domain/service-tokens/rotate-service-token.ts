import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { digestToken, newToken } from "../../platform/crypto/index.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import { tokenPrefix } from "./make-service-token.ts";
import { seesPlatform, type ServiceTokenGround } from "./service-token-ground.ts";
import { auditedToken, IssuedServiceToken, ServiceTokenId, viewServiceToken } from "./service-token-view.ts";
import { lockServiceToken, replaceDigest } from "./store.ts";

const dayMs = 86_400_000;

export const RotateServiceTokenInput = z.strictObject({
  id: ServiceTokenId,
  overlapMs: z
    .int()
    .min(0)
    .max(30 * dayMs)
    .default(dayMs)
    .describe("How long the old token still works; the one before it stops at once."),
});
export type RotateServiceTokenInput = z.input<typeof RotateServiceTokenInput>;

export const RotateServiceTokenOutput = IssuedServiceToken;
export type RotateServiceTokenOutput = z.output<typeof RotateServiceTokenOutput>;

/** Gives a token row a new token, and lets the old one work a while longer. The answer shows the new one once. */
export const rotateServiceToken = async (
  ground: ServiceTokenGround,
  ctx: CallContext,
  input: RotateServiceTokenInput,
): Promise<RotateServiceTokenOutput> => {
  const { id, overlapMs } = parseInput(RotateServiceTokenInput, input);
  const now = ground.clock.now();
  const { raw } = newToken(tokenPrefix, id.slice("nst_".length));
  const row = await auditedChange(ground, ctx, async (tx, audit) => {
    const existing = await lockServiceToken(tx, ctx.organizationId, seesPlatform(ground, ctx), id);
    if (existing === undefined) throw new NexusError("NOT_FOUND");
    if (existing.revokedAt !== null || (existing.expiresAt !== null && existing.expiresAt.getTime() <= now)) {
      throw new NexusError("CONFLICT", { message: "The token has been revoked or has expired; create another one." });
    }
    const rotated = {
      ...existing,
      digest: digestToken(ground.pepper, raw.reveal()),
      previousDigest: overlapMs === 0 ? null : existing.digest,
      previousValidUntil: overlapMs === 0 ? null : new Date(now + overlapMs),
      rotatedAt: new Date(now),
    };
    await replaceDigest(tx, rotated);
    await audit({ action: "service-token.rotate", target: id, details: auditedToken(rotated) });
    return rotated;
  });
  return { serviceToken: viewServiceToken(row), token: raw.reveal() };
};
