import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import type { OperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import { digestToken, newToken, type Secret } from "../../platform/crypto/index.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import { tokenPrefix } from "./make-service-token.ts";
import { ownersFor, type ServiceTokenDeps } from "./service-token-deps.ts";
import {
  auditedToken,
  concernedBy,
  IssuedServiceToken,
  ServiceTokenId,
  viewServiceToken,
} from "./service-token-view.ts";
import { lockServiceToken, replaceDigest, type ServiceTokenRow } from "./store.ts";

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

type RotationDeps = Pick<ServiceTokenDeps, "clock" | "pepper">;

/** The row with a new token, beside the token itself. */
const rotated = (
  { clock, pepper }: RotationDeps,
  existing: ServiceTokenRow | undefined,
  overlapMs: number,
): { readonly row: ServiceTokenRow; readonly raw: Secret } => {
  if (existing === undefined) throw new NexusError("NOT_FOUND");
  const now = clock.now();
  if (existing.revokedAt !== null || (existing.expiresAt !== null && existing.expiresAt.getTime() <= now)) {
    throw new NexusError("CONFLICT", { message: "The token has been revoked or has expired; create another one." });
  }
  const { raw } = newToken(tokenPrefix, existing.id.slice("nst_".length));
  const row = {
    ...existing,
    digest: digestToken(pepper, raw.reveal()),
    previousDigest: overlapMs === 0 ? null : existing.digest,
    previousValidUntil: overlapMs === 0 ? null : new Date(now + overlapMs),
    rotatedAt: new Date(now),
  };
  return { row, raw };
};

/** Gives a token row a new token, and lets the old one work a while longer. The answer shows the new one once. */
export const rotateServiceToken = async (
  deps: ServiceTokenDeps,
  ctx: CallContext | OperatorContext,
  input: RotateServiceTokenInput,
): Promise<RotateServiceTokenOutput> => {
  const { id, overlapMs } = parseInput(RotateServiceTokenInput, input);
  const { row, raw } = await auditedChange(deps, ctx, async (tx, audit) => {
    const existing = await lockServiceToken(tx, ownersFor(deps, ctx), id);
    const made = rotated(deps, existing, overlapMs);
    await replaceDigest(tx, made.row);
    await audit({
      action: "service-token.rotate",
      target: id,
      details: auditedToken(made.row),
      concerns: concernedBy(made.row),
    });
    return made;
  });
  return { serviceToken: viewServiceToken(row), token: raw.reveal() };
};
