import type pg from "pg";
import { z } from "zod";
import type { CallContext } from "../../contracts/call-context.ts";
import { isOperator, type OperatorContext } from "../../contracts/operator.ts";
import { NexusError } from "../../errors.ts";
import { parseInput } from "../../platform/parse-input.ts";
import { actorIdOf, auditedChange } from "../audit/index.ts";
import { makeServiceToken } from "./make-service-token.ts";
import { requireKnownGrants, type KnownGrants } from "./require-known-grants.ts";
import { isSuperAdmin, type ServiceTokenDeps } from "./service-token-deps.ts";
import {
  auditedToken,
  concernedBy,
  GrantedApps,
  GrantedOrganizations,
  GrantedPermissions,
  IssuedServiceToken,
  TokenLabel,
  viewServiceToken,
} from "./service-token-view.ts";
import { countLiveServiceTokens, insertServiceToken } from "./store.ts";

export const CreateServiceTokenInput = z.strictObject({
  label: TokenLabel,
  organizations: GrantedOrganizations.optional().describe("The caller's own organization when absent."),
  apps: GrantedApps.default("all"),
  permissions: GrantedPermissions,
  expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
});
export type CreateServiceTokenInput = z.input<typeof CreateServiceTokenInput>;

export const CreateServiceTokenOutput = IssuedServiceToken;
export type CreateServiceTokenOutput = z.output<typeof CreateServiceTokenOutput>;

const mostTokens = 200;

const invalid = (field: string, expected: string): NexusError =>
  new NexusError("INVALID_INPUT", { issues: [{ field, expected }] });

/** Nobody hands out what is not theirs: other organizations, or permissions they do not hold. */
const requireOwnGrants = (
  ctx: CallContext,
  organizations: "all" | readonly string[],
  permissions: readonly string[],
): void => {
  const ownOrganization = organizations !== "all" && organizations.every((id) => id === ctx.organizationId);
  if (!ownOrganization || !permissions.every((permission) => ctx.permissions.has(permission))) {
    throw new NexusError("SCOPE_DENIED", {
      message: "You can give a token only permissions and organizations that you have yourself.",
    });
  }
};

const requireFewerThanMost = async (tx: pg.PoolClient, organizationId: string): Promise<void> => {
  if ((await countLiveServiceTokens(tx, organizationId)) >= mostTokens)
    throw new NexusError("CONFLICT", {
      message: `An organization can have at most ${mostTokens} service tokens; revoke one first.`,
    });
};

/** Issues a token for backend services. The answer shows it once. */
export const createServiceToken = async (
  deps: ServiceTokenDeps & KnownGrants,
  ctx: CallContext | OperatorContext,
  input: CreateServiceTokenInput,
): Promise<CreateServiceTokenOutput> => {
  const { label, apps, permissions, ...parsed } = parseInput(CreateServiceTokenInput, input);
  const organizationId = isOperator(ctx) ? null : ctx.organizationId;
  const organizations = parsed.organizations ?? (organizationId === null ? undefined : [organizationId]);
  if (organizations === undefined) throw invalid("organizations", "the organizations it may act for, or all");
  if (!isOperator(ctx) && !isSuperAdmin(deps, ctx)) requireOwnGrants(ctx, organizations, permissions);
  await requireKnownGrants(deps, { organizations, apps, permissions });
  const createdAt = new Date(deps.clock.now());
  const expiresAt = parsed.expiresAt === null ? null : new Date(parsed.expiresAt);
  if (expiresAt !== null && expiresAt <= createdAt) throw invalid("expiresAt", "a time in the future");
  const { row, raw } = makeServiceToken(deps.pepper, {
    organizationId,
    label,
    organizations,
    apps,
    permissions,
    expiresAt,
    createdBy: isOperator(ctx) ? ctx.actor.name : (ctx.userId ?? actorIdOf(ctx.actor)),
    createdAt,
  });
  await auditedChange(deps, ctx, async (tx, audit) => {
    if (organizationId !== null) await requireFewerThanMost(tx, organizationId);
    await insertServiceToken(tx, row);
    await audit({
      action: "service-token.create",
      target: row.id,
      details: auditedToken(row),
      concerns: concernedBy(row),
    });
  });
  return { serviceToken: viewServiceToken(row), token: raw.reveal() };
};
