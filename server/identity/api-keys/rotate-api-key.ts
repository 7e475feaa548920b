import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import type { HttpAnswer } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import { apiKeyAnswer } from "./api-key-answer.ts";
import { keyMakerOf, requireWithinCaller } from "./create-api-key.ts";
import { findKey, type HandleKey } from "./handle-api-keys.ts";
import { findOrganization } from "../organizations/store.ts";
import { cappedEnd } from "./key-lifetime.ts";
import { mintApiKey } from "./mint-api-key.ts";
import { findApiKeyRow, replaceApiKey, type ApiKeyRow } from "./store.ts";

export const RotateApiKeyInput = z.strictObject({
  overlapSeconds: z
    .int()
    .min(0)
    .max(7 * 86_400)
    .default(0)
    .describe("How long the old key stays good"),
});
export type RotateApiKeyInput = z.infer<typeof RotateApiKeyInput>;

interface RotateApiKey extends HandleKey {
  readonly caller: Caller;
  readonly input: RotateApiKeyInput;
}

/** Whoever sees the new key can act as its owner: nobody but the owner does. */
const requireOwner = ({ authority }: HandleKey, { ownerUserId }: ApiKeyRow): void => {
  if (ownerUserId !== null && ownerUserId !== authority.userId) throw new AuthError("forbidden");
};

/** Makes a successor with the same scopes and shows it, once; the old key ends at once or after the overlap. */
export const rotateApiKey = async (exchange: RotateApiKey): Promise<HttpAnswer> => {
  const { context, request, caller, authority, input } = exchange;
  const old = await findKey(exchange);
  if (old.organizationId !== authority.organization.id) throw new AuthError("api_key_not_found");
  requireOwner(exchange, old);
  const catalogue = await context.catalogues.recent();
  const scopes = old.grants.flatMap(({ scopeId }) => catalogue.scopeById.get(scopeId) ?? []);
  await requireWithinCaller(context, caller, scopes);
  const now = context.clock.now();
  const organization = await findOrganization(context.db, { id: old.organizationId });
  const lifetimeMs = old.expiresAt === null ? undefined : old.expiresAt.getTime() - old.createdAt.getTime();
  const { apiKey, row } = mintApiKey({
    organizationId: old.organizationId,
    ownerUserId: old.ownerUserId,
    serviceId: old.serviceId,
    name: old.name,
    environment: old.environment === "test" ? "test" : "live",
    expiresAt: cappedEnd(
      lifetimeMs === undefined ? null : new Date(now + lifetimeMs),
      organization?.maxKeyTtlDays ?? null,
      now,
    ),
    createdBy: authority.userId,
    rotatedFromId: old.id,
    scopeIds: scopes.map(({ id }) => id),
    bindings: old.bindings,
  });
  const actor = { actorType: "user", actorId: authority.userId, ip: request.ip, requestId: request.requestId } as const;
  const outcome = await replaceApiKey(
    context.db,
    old.id,
    row,
    new Date(now + input.overlapSeconds * 1000),
    actor,
    new Date(now),
    keyMakerOf(exchange),
  );
  if (outcome === "suspended") throw new AuthError("workspace_suspended");
  const made = outcome === "replaced" ? await findApiKeyRow(context.db, row.id) : null;
  if (!made) throw new AuthError("api_key_not_found");
  return { status: 201, json: { apiKey, key: apiKeyAnswer(made) } };
};
