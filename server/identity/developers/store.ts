import type pg from "pg";
import type { Prisma } from "../../../prisma/generated/auth/client.ts";
import { newPrefixedId } from "../../platform/ids.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";
import { isDeveloperStatus, mayFollow, workspaceStatusOf, type DeveloperStatus } from "./developer-status.ts";

interface Applicant {
  readonly email: string;
  readonly name: string;
  /** Whether a rejected developer is to be looked at again. */
  readonly reopens: boolean;
}

/** The developer of an address, made where there is none; returns the id. Works in the caller's transaction. */
export const noteApplicant = async (
  client: pg.PoolClient,
  { email, name, reopens }: Applicant,
  now: Date,
): Promise<string> => {
  const { rows } = await client.query<{ id: string }>(
    `insert into auth.developers as d (id, email, name, created_at, updated_at) values ($1, $2, $3, $5, $5)
     on conflict (email) do update set updated_at = excluded.updated_at,
       name = case when d.name = '' then excluded.name else d.name end,
       status = case when $4 and d.status = 'rejected' then 'pending' else d.status end
     returning id`,
    [newPrefixedId("dev"), email, name, reopens, now],
  );
  const id = rows[0]?.id;
  if (id === undefined) throw new Error("a developer was neither found nor made");
  return id;
};

interface Workspace {
  readonly userId: string;
  readonly email: string;
  readonly name: string;
  readonly organizationId: string;
}

/**
 * Ties a new workspace to the developer of its owner's address, in the transaction that makes the workspace. Whoever
 * was suspended or revoked before gets a workspace in that state.
 */
export const linkDeveloper = async (
  client: pg.PoolClient,
  { userId, email, name, organizationId }: Workspace,
  now: Date,
): Promise<void> => {
  await noteApplicant(client, { email, name, reopens: false }, now);
  const { rows } = await client.query<{ status: string }>(
    `update auth.developers set user_id = coalesce(user_id, $2), organization_id = $3, updated_at = $4
     where email = $1 and organization_id is null returning status`,
    [email, userId, organizationId, now],
  );
  const status = rows[0]?.status;
  if (status === undefined || !isDeveloperStatus(status)) return;
  await client.query(
    "update auth.organizations set status = $2, status_reason = 'developer ' || $3, updated_at = $4 where id = $1 and status <> $2",
    [organizationId, workspaceStatusOf(status), status, now],
  );
};

const developerQuery = {
  include: {
    organization: { select: { id: true, slug: true, name: true, status: true } },
  },
} satisfies Prisma.DeveloperDefaultArgs;

export type DeveloperRow = Prisma.DeveloperGetPayload<typeof developerQuery>;

interface ListDevelopers {
  readonly status: DeveloperStatus | undefined;
  readonly email: string | undefined;
  readonly organizationId: string | undefined;
  /** Newest first, after this id. */
  readonly after: string | undefined;
  readonly limit: number;
}

export const listDeveloperRows = async (
  { prisma }: AuthDatabase,
  { status, email, organizationId, after, limit }: ListDevelopers,
): Promise<DeveloperRow[]> =>
  (await prisma()).developer.findMany({
    where: {
      ...(status === undefined ? {} : { status }),
      ...(email === undefined ? {} : { email }),
      ...(organizationId === undefined ? {} : { organizationId }),
      ...(after === undefined ? {} : { id: { lt: after } }),
    },
    orderBy: { id: "desc" },
    take: limit,
    ...developerQuery,
  });

export const findDeveloper = async ({ prisma }: AuthDatabase, id: string): Promise<DeveloperRow | null> =>
  (await prisma()).developer.findUnique({ where: { id }, ...developerQuery });

/** How much each developer sent in; those who sent nothing are not in it. */
export const countSubmissions = async (
  { pool }: AuthDatabase,
  developerIds: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const { rows } = await pool.query<{ id: string; count: number }>(
    "select developer_id as id, count(*)::int as count from auth.intake_submissions where developer_id = any($1) group by 1",
    [developerIds],
  );
  return new Map(rows.map(({ id, count }) => [id, count]));
};

/** What a developer sent in, newest first. */
export const listSubmissions = async ({ prisma }: AuthDatabase, developerId: string, limit: number) =>
  (await prisma()).intakeSubmission.findMany({
    where: { developerId },
    orderBy: { id: "desc" },
    take: limit,
    select: { id: true, kind: true, status: true, payload: true, createdAt: true },
  });

interface Review {
  readonly id: string;
  readonly status: DeveloperStatus | undefined;
  readonly notes: string | undefined;
  readonly reviewer: string;
  readonly actor: Pick<AuthAuditEvent, "actorType" | "actorId" | "ip" | "requestId">;
  readonly now: Date;
}

/** Where nothing is decided about building, the workspace is left as it is. */
const movesWorkspace = (status: DeveloperStatus): boolean => status !== "pending" && status !== "rejected";

/** Holds the workspace's row before the developer's, as a change of the organization does. Undefined where there is none. */
const lockWorkspace = async (client: pg.PoolClient, developerId: string): Promise<string | undefined> => {
  const { rows } = await client.query<{ id: string }>(
    "select o.id from auth.developers d join auth.organizations o on o.id = d.organization_id where d.id = $1 for no key update of o",
    [developerId],
  );
  return rows[0]?.id;
};

/** The workspace and the apps it owns go with their developer; what is revoked stays so. */
const setWorkspace = async (
  client: pg.PoolClient,
  organizationId: string,
  status: DeveloperStatus,
  { reviewer, actor, now }: Review,
): Promise<void> => {
  const workspaceStatus = workspaceStatusOf(status);
  const changed = await client.query(
    `update auth.organizations set status = $2, status_reason = $3, changed_by = $4, updated_at = $5
     where id = $1 and kind = 'developer_workspace' and status <> $2 and status <> 'revoked'`,
    [organizationId, workspaceStatus, `developer ${status}`, reviewer, now],
  );
  await client.query(
    `update auth.services set status = $2, updated_at = $3 where owner_organization_id = $1 and not first_party and status <> $2
       and not exists (select from auth.organizations o where o.id = $1 and o.status = 'revoked' and $2 = 'active')`,
    [organizationId, workspaceStatus === "active" ? "active" : "disabled", now],
  );
  if (changed.rowCount === 1)
    await recordAudit(
      client,
      {
        ...actor,
        organizationId,
        action: "organization.status",
        target: organizationId,
        details: { status: workspaceStatus, reason: `developer ${status}` },
      },
      now,
    );
};

/** A decision settles the applications it answers. */
const settleApplications = (client: pg.PoolClient, developerId: string, status: DeveloperStatus) =>
  client.query(
    "update auth.intake_submissions set status = $2 where developer_id = $1 and kind = 'developer_application' and status = 'received'",
    [developerId, status === "approved" ? "accepted" : "rejected"],
  );

/** Writes a review: developer, workspace, apps and applications in one transaction. */
export const reviewDeveloper = (
  { pool }: AuthDatabase,
  review: Review,
): Promise<"reviewed" | "missing" | "does_not_follow"> =>
  inTransaction(pool, async (client) => {
    const { id, status, notes, reviewer, actor, now } = review;
    const workspaceId = await lockWorkspace(client, id);
    const { rows } = await client.query<{ status: string }>(
      "select status from auth.developers where id = $1 for update",
      [id],
    );
    const [found] = rows;
    if (!found || !isDeveloperStatus(found.status)) return "missing";
    if (status !== undefined && !mayFollow(found.status, status)) return "does_not_follow";
    await client.query(
      `update auth.developers set status = coalesce($2, status), notes = coalesce($3, notes), reviewed_by = $4, reviewed_at = $5, updated_at = $5
       where id = $1`,
      [id, status ?? null, notes ?? null, reviewer, now],
    );
    if (status !== undefined && movesWorkspace(status) && workspaceId !== undefined)
      await setWorkspace(client, workspaceId, status, review);
    if (status !== undefined && status !== "pending") await settleApplications(client, id, status);
    await recordAudit(
      client,
      {
        ...actor,
        organizationId: workspaceId,
        action: "developer.review",
        target: id,
        details: { from: found.status, to: status ?? found.status, notesChanged: notes !== undefined },
      },
      now,
    );
    return "reviewed";
  });
