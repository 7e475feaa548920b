import type { PoolClient } from "pg";
import { newPrefixedId } from "../../platform/ids.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";
import type { By } from "../organizations/members/store.ts";
import { lockOrganization, type OrganizationRow } from "../organizations/store.ts";

export interface InvitationRow {
  readonly id: string;
  readonly organization_id: string;
  readonly email: string;
  /** The account, where it was invited by its id. */
  readonly user_id: string | null;
  readonly role: string;
  readonly invited_by: string;
  readonly status: "pending" | "accepted" | "declined" | "revoked";
  readonly created_at: Date;
  readonly expires_at: Date;
}

const columns =
  "i.id, i.organization_id, i.email, i.user_id, i.role, i.invited_by, i.status, i.created_at, i.expires_at";

interface NewInvitation {
  readonly organizationId: string;
  readonly email: string;
  /** Where it is by id. */
  readonly userId?: string | undefined;
  readonly role: string;
  readonly tokenHash: Buffer;
  readonly invitedBy: string;
  readonly expiresAt: Date;
}

export const isMemberByEmail = async (client: PoolClient, organizationId: string, email: string): Promise<boolean> => {
  const { rowCount } = await client.query(
    "select from auth.organization_memberships m join auth.users u on u.id = m.user_id where m.organization_id = $1 and u.email = $2",
    [organizationId, email],
  );
  return rowCount !== 0;
};

/** How many invitations of the organization wait for an answer, beside the one of an address that is invited again. */
export const countPending = async (
  client: PoolClient,
  organizationId: string,
  now: Date,
  but: string,
): Promise<number> => {
  const { rows } = await client.query<{ count: number }>(
    `select count(*)::int as count from auth.organization_invitations
      where organization_id = $1 and status = 'pending' and expires_at > $2 and email <> $3`,
    [organizationId, now, but],
  );
  return rows[0]?.count ?? 0;
};

/** Stores the invitation; an earlier one to the same address ends. The caller holds the organization's row. */
export const insertInvitation = async (
  client: PoolClient,
  { organizationId, email, userId, role, tokenHash, invitedBy, expiresAt }: NewInvitation,
  by: By,
  now: Date,
): Promise<InvitationRow | undefined> => {
  await client.query(
    "update auth.organization_invitations set status = 'revoked', answered_at = $3 where organization_id = $1 and email = $2 and status = 'pending'",
    [organizationId, email, now],
  );
  const { rows } = await client.query<InvitationRow>(
    `insert into auth.organization_invitations as i (id, organization_id, email, user_id, role, token_hash, invited_by, created_at, expires_at)
     values ($1, $2, $3, $9, $4, $5, $6, $7, $8) returning ${columns}`,
    [newPrefixedId("inv"), organizationId, email, role, tokenHash, invitedBy, now, expiresAt, userId ?? null],
  );
  await recordAudit(
    client,
    {
      ...by,
      organizationId,
      action: "invitation.create",
      target: rows[0]?.id,
      details: userId === undefined ? { email, role } : { userId, role },
    },
    now,
  );
  return rows[0];
};

interface ListInvitations {
  readonly organizationId: string;
  readonly status: string;
  readonly after: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export const listInvitationRows = async (
  { pool }: AuthDatabase,
  { organizationId, status, after, limit }: ListInvitations,
): Promise<InvitationRow[]> => {
  const { rows } = await pool.query<InvitationRow>(
    `select ${columns} from auth.organization_invitations i
     where i.organization_id = $1 and i.status = $2 and ($3::text is null or i.id < $3) order by i.id desc limit $4`,
    [organizationId, status, after ?? null, limit],
  );
  return rows;
};

export const findPendingInvitation = async (
  client: PoolClient,
  organizationId: string,
  invitationId: string,
): Promise<InvitationRow | undefined> => {
  const { rows } = await client.query<InvitationRow>(
    `select ${columns} from auth.organization_invitations i where i.organization_id = $1 and i.id = $2 and i.status = 'pending' for update`,
    [organizationId, invitationId],
  );
  return rows[0];
};

export const revokeInvitation = async (
  client: PoolClient,
  { id, organization_id }: InvitationRow,
  by: By,
  now: Date,
): Promise<void> => {
  await client.query("update auth.organization_invitations set status = 'revoked', answered_at = $2 where id = $1", [
    id,
    now,
  ]);
  await recordAudit(client, { ...by, organizationId: organization_id, action: "invitation.revoke", target: id }, now);
};

/** A person as invitations are written to them. */
export interface InvitedPerson {
  readonly userId: string;
  readonly email: string;
}

// By id to the account, whatever its address is now; otherwise to whoever has the address.
const writtenTo = (userId: number, email: number): string =>
  `(i.user_id = $${userId} or (i.user_id is null and i.email = $${email}))`;

/** An account that can be invited by its id; undefined where there is none. */
export const findInvitable = async (client: PoolClient, userId: string): Promise<InvitedPerson | undefined> => {
  const { rows } = await client.query<{ email: string }>(
    "select email from auth.users where id = $1 and status = 'active' and principal_type = 'human'",
    [userId],
  );
  return rows[0] && { userId, email: rows[0].email };
};

/** The open invitations of a person, newest first. */
export const listOwnInvitationRows = async (
  { pool }: AuthDatabase,
  { userId, email }: InvitedPerson,
  now: Date,
): Promise<readonly (InvitationRow & Pick<InvitationPreview, "organization_name" | "organization_slug">)[]> => {
  const { rows } = await pool.query<InvitationRow & Pick<InvitationPreview, "organization_name" | "organization_slug">>(
    `select ${columns}, o.name as organization_name, o.slug as organization_slug
     from auth.organization_invitations i join auth.organizations o on o.id = i.organization_id and o.status = 'active'
     where ${writtenTo(1, 2)} and i.status = 'pending' and i.expires_at > $3 order by i.id desc limit 100`,
    [userId, email, now],
  );
  return rows;
};

export interface InvitationPreview extends InvitationRow {
  readonly organization_name: string;
  readonly organization_slug: string;
  readonly inviter_name: string | null;
  readonly account_exists: boolean;
}

/** What the holder of the link may know before answering; undefined where it can no longer be answered. */
export const findInvitationByToken = async (
  { pool }: AuthDatabase,
  tokenHash: Buffer,
  now: Date,
): Promise<InvitationPreview | undefined> => {
  const { rows } = await pool.query<InvitationPreview>(
    `select ${columns}, o.name as organization_name, o.slug as organization_slug, inviter.name as inviter_name,
       exists (select from auth.users u where u.email = i.email) as account_exists
     from auth.organization_invitations i join auth.organizations o on o.id = i.organization_id and o.status = 'active'
       left join auth.users inviter on inviter.id = i.invited_by
     where i.token_hash = $1 and i.status = 'pending' and i.expires_at > $2`,
    [tokenHash, now],
  );
  return rows[0];
};

/** Which invitation is answered: by the secret of its link, or by its id by the person it was written to. */
export type AnsweredInvitation =
  | { readonly tokenHash: Buffer }
  | { readonly id: string; readonly person: Pick<InvitedPerson, "userId" | "email"> };

/** The invitation with its organization's row held; undefined where either can no longer be used. */
const lockInvitation = async (
  client: PoolClient,
  answered: AnsweredInvitation,
  now: Date,
): Promise<{ readonly invitation: InvitationRow; readonly organization: OrganizationRow } | undefined> => {
  const [condition, values] =
    "tokenHash" in answered
      ? ["i.token_hash = $1", [answered.tokenHash]]
      : [`i.id = $1 and ${writtenTo(2, 3)}`, [answered.id, answered.person.userId, answered.person.email]];
  const find = (more: string, at: readonly Date[]) =>
    client.query<InvitationRow>(`select ${columns} from auth.organization_invitations i where ${condition}${more}`, [
      ...values,
      ...at,
    ]);
  const found = await find("", []);
  const organization = found.rows[0] && (await lockOrganization(client, found.rows[0].organization_id));
  if (organization?.status !== "active") return undefined;
  const { rows } = await find(` and i.status = 'pending' and i.expires_at > $${values.length + 1}`, [now]);
  return rows[0] && { invitation: rows[0], organization };
};

interface Answering {
  readonly client: PoolClient;
  readonly invitation: InvitationRow;
  readonly organization: OrganizationRow;
}

/**
 * Answers the invitation, once however many try: the organization's row is held while the work decides. What the work
 * throws leaves the invitation open.
 */
export const answerInvitation = <T>(
  { pool }: AuthDatabase,
  {
    answered,
    status,
    now,
  }: { readonly answered: AnsweredInvitation; readonly status: "accepted" | "declined"; readonly now: Date },
  work: (answering: Answering) => Promise<T>,
): Promise<T | undefined> =>
  inTransaction(pool, async (client) => {
    const held = await lockInvitation(client, answered, now);
    if (!held) return undefined;
    const { rowCount } = await client.query(
      "update auth.organization_invitations set status = $2, answered_at = $3 where id = $1 and status = 'pending'",
      [held.invitation.id, status, now],
    );
    return rowCount === 1 ? work({ client, ...held }) : undefined;
  });
