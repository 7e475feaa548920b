import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { auditedChange } from "../audit/index.ts";
import { makeServiceToken } from "./make-service-token.ts";
import { requireKnownGrants, type KnownGrants } from "./require-known-grants.ts";
import { seesPlatform, type ServiceTokenDeps } from "./service-token-deps.ts";
import {
  auditedToken,
  GrantedApps,
  GrantedOrganizations,
  GrantedPermissions,
  IssuedServiceToken,
  TokenLabel,
  viewServiceToken,
} from "./service-token-view.ts";
import { insertServiceToken, selectServiceTokens } from "./store.ts";

export const CreateServiceTokenInput = z.strictObject({
  label: TokenLabel,
  organizations: GrantedOrganizations.optional().describe("The caller's own organization when absent."),
  apps: GrantedApps.default("all"),
  permissions: GrantedPermissions,
  expiresAt: z.iso.datetime().nullable().default(null),
});
export type CreateServiceTokenInput = z.input<typeof CreateServiceTokenInput>;

export const CreateServiceTokenOutput = IssuedServiceToken;
export type CreateServiceTokenOutput = z.output<typeof CreateServiceTokenOutput>;

const mostTokens = 200;

/** Nobody hands out what is not theirs: other organizations, or permissions they do not hold. */
const requireOwnGrants = (
  ctx: CallContext,
  organizations: "all" | readonly string[],
  permissions: readonly string[],
): void => {
  const ownOrganization = organizations !== "all" && organizations.every((id) => id === ctx.organizationId);
  if (!ownOrganization || !permissions.every((permission) => ctx.permissions.has(permission))) {
    throw new NexusError("SCOPE_DENIED", { message: "A token can be given only what its maker holds." });
  }
};

/** Issues a token for backend services. The answer shows it once. */
export const createServiceToken = async (
  deps: ServiceTokenDeps & KnownGrants,
  ctx: CallContext,
  input: CreateServiceTokenInput,
): Promise<CreateServiceTokenOutput> => {
  const { label, apps, permissions, ...parsed } = parseInput(CreateServiceTokenInput, input);
  const organizations = parsed.organizations ?? [ctx.organizationId];
  if (!seesPlatform(deps, ctx)) requireOwnGrants(ctx, organizations, permissions);
  await requireKnownGrants(deps, { organizations, apps, permissions });
  const createdAt = new Date(deps.clock.now());
  const expiresAt = parsed.expiresAt === null ? null : new Date(parsed.expiresAt);
  if (expiresAt !== null && expiresAt <= createdAt) {
    throw new NexusError("INVALID_INPUT", { issues: [{ field: "expiresAt", expected: "a moment in the future" }] });
  }
  const { organizationId } = ctx;
  const createdBy = ctx.userId ?? (ctx.actor.kind === "service" ? ctx.actor.tokenId : (ctx.keyId ?? "unknown"));
  const { row, raw } = makeServiceToken(deps.pepper, {
    organizationId,
    label,
    organizations,
    apps,
    permissions,
    expiresAt,
    createdBy,
    createdAt,
  });
  await auditedChange(deps, ctx, async (tx, audit) => {
    const present = (await selectServiceTokens(tx, organizationId, false)).filter(
      ({ revokedAt }) => revokedAt === null,
    );
    if (present.length >= mostTokens) {
      throw new NexusError("CONFLICT", {
        message: `An organization has at most ${mostTokens} service tokens; revoke one first.`,
      });
    }
    await insertServiceToken(tx, row);
    await audit({ action: "service-token.create", target: row.id, details: auditedToken(row) });
  });
  return { serviceToken: viewServiceToken(row), token: raw.reveal() };
};
