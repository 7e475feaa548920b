import { randomUUID } from "node:crypto";
import { Client } from "pg";
import { setBudget } from "../../server/domain/budgets/index.ts";
import { appId, type Cluster } from "./cluster.ts";
import type { Credential } from "./oracle-client.ts";
import { operatorNamed } from "../../server/contracts/operator.ts";
import { createTokenAsOperator } from "../../test/create-token-as-operator.ts";

/** Who calls in a campaign: keys with and without an app, and a service that calls for two members. */
export interface CampaignCallers {
  readonly credentials: readonly [Credential, ...Credential[]];
  readonly keyIds: readonly string[];
  readonly userIds: readonly string[];
}

/** A member of the organization, as a sign-in would have left one. */
const createMember = async ({ auth, organizationId }: Cluster): Promise<string> => {
  const id = `usr_${randomUUID()}`;
  const client = new Client({ connectionString: auth.databaseUrl });
  await client.connect();
  try {
    await client.query("insert into auth.users (id, email, email_verified_at) values ($1, $2, now())", [
      id,
      `${id}@example.com`,
    ]);
    await client.query(
      "insert into auth.organization_memberships (organization_id, user_id, role) values ($1, $2, 'member')",
      [organizationId, id],
    );
  } finally {
    await client.end();
  }
  return id;
};

export const createCallers = async (cluster: Cluster): Promise<CampaignCallers> => {
  const { organizationId } = cluster;
  const withKey = async (app: string | undefined): Promise<Credential> => {
    const { id, apiKey } = await cluster.createApiKey(app);
    return {
      headers: { authorization: `Bearer ${apiKey}` },
      organizationId,
      appId: app ?? null,
      userId: null,
      keyId: id,
    };
  };
  const first = await withKey(appId);
  const keys = [await withKey(appId), await withKey(undefined), await withKey(appId)];
  const { token, serviceToken } = await createTokenAsOperator(cluster.deps, {
    label: "Campaign",
    organizations: [organizationId],
    apps: "all",
    permissions: ["srv_nexus.ai:invoke", "srv_nexus.ai:read"],
  });
  const userIds = [await createMember(cluster), await createMember(cluster)];
  const services = userIds.map((userId) => ({
    headers: {
      "x-nexus-service-token": token,
      "x-nexus-organization-id": organizationId,
      "x-service-id": appId,
      "x-nexus-user-id": userId,
    },
    organizationId,
    appId,
    userId,
    keyId: serviceToken.id,
  }));
  return {
    credentials: [first, ...keys, ...services],
    keyIds: [first, ...keys].map(({ keyId }) => keyId),
    userIds,
  };
};

/** A budget on every scope, total and by the hour; two keys and a member run out of money on the way. */
export const setCampaignBudgets = async (
  cluster: Cluster,
  { keyIds, userIds }: CampaignCallers,
  smallNanos = 40_000_000n,
): Promise<void> => {
  const set = (
    scope: "organization" | "app" | "user" | "key",
    limitNanos: bigint,
    scopeId?: string,
    more: { readonly period?: "total" | "hour"; readonly window?: "calendar" | "rolling" } = {},
  ) =>
    setBudget(
      cluster.deps,
      { ...operatorNamed("campaign"), organizationId: cluster.organizationId },
      {
        scope,
        period: "total",
        limitNanos: String(limitNanos),
        ...(scopeId === undefined ? {} : { scopeId }),
        ...more,
      },
    );
  await set("organization", 4_000_000_000_000n);
  await set("organization", 3_500_000_000_000n, undefined, { period: "hour" });
  await set("app", 3_000_000_000_000n, appId);
  await set("app", 2_900_000_000_000n, appId, { period: "hour", window: "rolling" });
  for (const [index, keyId] of keyIds.entries()) await set("key", index < 2 ? smallNanos : 2_000_000_000_000n, keyId);
  for (const [index, userId] of userIds.entries())
    await set("user", index < 1 ? smallNanos : 2_000_000_000_000n, userId);
};

/** Has PostgreSQL check every commit as well: one that passes a hard limit fails. */
export const forbidBreaches = ({ pool }: Cluster): Promise<unknown> =>
  pool.query("alter table nexus.budget add constraint within_limit check (not hard or spent + reserved <= lim)");
