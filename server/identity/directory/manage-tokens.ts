import { displayName } from "../../platform/display-name.ts";
import { z } from "zod";
import { recordAudit } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import { sha256 } from "../crypto/digest.ts";
import { randomSecret } from "../crypto/random-secret.ts";
import { okAnswer, type HttpAnswer } from "../http/exchange.ts";
import { auditActor } from "../organizations/actor.ts";
import { asOwner, type OfOrganization } from "../organizations/as-owner.ts";
import { insertScimToken, listScimTokens, revokeScimToken, type ScimTokenRow } from "./store.ts";

const maxTokens = 5;

const tokenAnswer = (row: ScimTokenRow) => ({
  id: row.id,
  name: row.name,
  last4: row.last4,
  createdBy: row.created_by,
  createdByName: row.created_by_name,
  createdAt: row.created_at.toISOString(),
  lastUsedAt: row.last_used_at?.toISOString() ?? null,
});

/** The tokens of the organization's directory; none is ever shown again. */
export const listTokens = async ({ context, params }: OfOrganization): Promise<HttpAnswer> =>
  okAnswer({ tokens: (await listScimTokens(context.db.pool, params["id"] ?? "")).map(tokenAnswer) });

export const CreateScimTokenInput = z.strictObject({ name: displayName().min(1) });
export type CreateScimTokenInput = z.infer<typeof CreateScimTokenInput>;

/** A token with which a directory writes the organization's people; shown once. */
export const createToken = async (
  exchange: OfOrganization & { readonly input: CreateScimTokenInput },
): Promise<HttpAnswer> => {
  const { context, caller, input } = exchange;
  const token = `scim_${randomSecret()}`;
  const now = new Date(context.clock.now());
  const made = await asOwner(exchange, async ({ client, organization, actor }) => {
    // Operators are appointed by hand, each by another one.
    if (organization.kind === "admin") throw new AuthError("forbidden");
    if ((await listScimTokens(client, organization.id)).length >= maxTokens)
      throw new AuthError("too_many_scim_tokens", { limit: maxTokens });
    const row = await insertScimToken(
      client,
      {
        organizationId: organization.id,
        name: input.name,
        tokenHash: sha256(token),
        last4: token.slice(-4),
        createdBy: actor.userId,
      },
      now,
    );
    await recordAudit(
      client,
      {
        ...auditActor(exchange, caller),
        organizationId: organization.id,
        action: "scim-token.create",
        target: row?.id,
        details: { name: input.name },
      },
      now,
    );
    return row;
  });
  if (!made) throw new AuthError("internal");
  return { status: 201, json: { ...tokenAnswer(made), token, baseUrl: `${context.issuer}/scim/v2` } };
};

/** Ends a token at once. */
export const revokeToken = async (exchange: OfOrganization): Promise<HttpAnswer> => {
  const { context, params, caller } = exchange;
  const id = params["tokenId"] ?? "";
  const now = new Date(context.clock.now());
  await asOwner(exchange, async ({ client, organization }) => {
    if (!(await revokeScimToken(client, organization.id, id, now))) throw new AuthError("scim_token_not_found");
    await recordAudit(
      client,
      {
        ...auditActor(exchange, caller),
        organizationId: organization.id,
        action: "scim-token.revoke",
        target: id,
      },
      now,
    );
  });
  return okAnswer({ id, revoked: true });
};
