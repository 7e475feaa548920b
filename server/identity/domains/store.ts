import type { Pool, PoolClient } from "pg";
import { DatabaseError } from "../../platform/db/database-error.ts";
import { newPrefixedId } from "../../platform/ids.ts";
import { AuthError } from "../auth-error.ts";
import type { AuthDatabase } from "../database/store.ts";

export interface DomainRow {
  readonly id: string;
  readonly organization_id: string;
  readonly domain: string;
  readonly challenge: string;
  readonly verified_at: Date | null;
  readonly checked_at: Date | null;
  readonly missing_since: Date | null;
  readonly created_at: Date;
}

const columns = "id, organization_id, domain, challenge, verified_at, checked_at, missing_since, created_at";

export const listDomainRows = async ({ pool }: AuthDatabase, organizationId: string): Promise<DomainRow[]> => {
  const { rows } = await pool.query<DomainRow>(
    `select ${columns} from auth.organization_domains where organization_id = $1 order by domain`,
    [organizationId],
  );
  return rows;
};

/** The organization's domain, held; undefined where it has no such one. */
export const lockDomain = async (
  client: PoolClient,
  organizationId: string,
  id: string,
): Promise<DomainRow | undefined> => {
  const { rows } = await client.query<DomainRow>(
    `select ${columns} from auth.organization_domains where organization_id = $1 and id = $2 for update`,
    [organizationId, id],
  );
  return rows[0];
};

interface NewDomain {
  readonly organizationId: string;
  readonly domain: string;
  readonly challenge: string;
  readonly createdBy: string;
}

/** Writes the claim down; undefined where the organization has made it before. */
export const insertDomain = async (
  client: PoolClient,
  { organizationId, domain, challenge, createdBy }: NewDomain,
  now: Date,
): Promise<DomainRow | undefined> => {
  const { rows } = await client.query<DomainRow>(
    `insert into auth.organization_domains (id, organization_id, domain, challenge, created_by, created_at)
     values ($1, $2, $3, $4, $5, $6) on conflict (organization_id, domain) do nothing returning ${columns}`,
    [newPrefixedId("dom"), organizationId, domain, challenge, createdBy, now],
  );
  return rows[0];
};

export const countDomains = async (client: PoolClient, organizationId: string): Promise<number> => {
  const { rows } = await client.query<{ count: number }>(
    "select count(*)::int as count from auth.organization_domains where organization_id = $1",
    [organizationId],
  );
  return rows[0]?.count ?? 0;
};

/** Marks the domain as the organization's own; refused where another organization holds it. */
export const markVerified = async (client: PoolClient, id: string, now: Date): Promise<void> => {
  try {
    await client.query(
      `update auth.organization_domains set verified_at = coalesce(verified_at, $2), checked_at = $2, missing_since = null where id = $1`,
      [id, now],
    );
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === "organization_domains_verified")
      throw new AuthError("domain_taken");
    throw error;
  }
};

export const deleteDomain = async (client: PoolClient, id: string): Promise<void> => {
  await client.query("delete from auth.organization_domains where id = $1", [id]);
};

/** Takes verified domains that were not looked at since; of several processes each gets others. */
export const takeDueDomains = async (
  { pool }: AuthDatabase,
  { since, now, limit }: { readonly since: Date; readonly now: Date; readonly limit: number },
): Promise<DomainRow[]> => {
  const { rows } = await pool.query<DomainRow>(
    `update auth.organization_domains set checked_at = $2 where id in
       (select id from auth.organization_domains where verified_at is not null and checked_at < $1 order by checked_at limit $3 for update skip locked)
     returning ${columns}`,
    [since, now, limit],
  );
  return rows;
};

export const noteFound = async ({ pool }: AuthDatabase, id: string): Promise<void> => {
  await pool.query("update auth.organization_domains set missing_since = null where id = $1", [id]);
};

/** Notes that the record is gone, once; looked at again soon. */
export const noteMissing = async ({ pool }: AuthDatabase, id: string, now: Date, again: Date): Promise<void> => {
  await pool.query(
    "update auth.organization_domains set missing_since = coalesce(missing_since, $2), checked_at = $3 where id = $1",
    [id, now, again],
  );
};

/** Takes the domain from the organization; false where its record has been found in the meantime. */
export const unverify = async (client: PoolClient, id: string): Promise<boolean> => {
  const { rowCount } = await client.query(
    "update auth.organization_domains set verified_at = null where id = $1 and verified_at is not null and missing_since is not null",
    [id],
  );
  return rowCount === 1;
};

/** The organization that has verified the domain. */
export const findDomainOwner = async (client: Pool | PoolClient, domain: string): Promise<string | undefined> => {
  const { rows } = await client.query<{ organization_id: string }>(
    "select organization_id from auth.organization_domains where domain = $1 and verified_at is not null",
    [domain],
  );
  return rows[0]?.organization_id;
};
