import type pg from "pg";
import { newPrefixedId } from "../../platform/ids.ts";

export type LinkPurpose = "verify" | "reset" | "email_change";

/** A link sent by mail: its secret works once, for one purpose, while the account keeps the address it was sent to. */
export interface Link {
  readonly id: string;
  readonly userId: string;
  /** The address of the account when the link was made. */
  readonly email: string;
  readonly payload: unknown;
}

interface NewLink {
  readonly purpose: LinkPurpose;
  readonly tokenHash: Buffer;
  /** Undefined: nobody's; it costs the same and opens nothing. */
  readonly owner: { readonly id: string; readonly email: string } | undefined;
  readonly payload?: Readonly<Record<string, string>>;
  readonly now: Date;
  readonly expiresAt: Date;
}

interface LinkRow {
  readonly id: string;
  readonly user_id: string;
  readonly email: string;
  readonly payload: unknown;
}

const fromRow = ({ id, user_id, email, payload }: LinkRow): Link => ({ id, userId: user_id, email, payload });

export const insertLink = async (
  client: pg.PoolClient,
  { purpose, tokenHash, owner, payload = {}, now, expiresAt }: NewLink,
): Promise<void> => {
  await client.query(
    `insert into auth.verification_tokens (id, purpose, token_hash, user_id, email, payload, created_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [newPrefixedId("vft"), purpose, tokenHash, owner?.id ?? null, owner?.email ?? null, payload, now, expiresAt],
  );
};

const live = `t.purpose = $1 and t.token_hash = $2 and t.consumed_at is null and t.expires_at > $3
  and u.id = t.user_id and u.email = t.email and u.status <> 'deleted'`;

/** Whoever changes how an account is entered, or ends its sessions, holds its row before anything else. */
export const lockAccount = async (client: pg.PoolClient, userId: string): Promise<void> => {
  await client.query("select from auth.users where id = $1 for no key update", [userId]);
};

/** The link, left as it is. */
export const findLink = async (
  client: pg.Pool | pg.PoolClient,
  purpose: LinkPurpose,
  tokenHash: Buffer,
  now: Date,
): Promise<Link | undefined> => {
  const { rows } = await client.query<LinkRow>(
    `select t.id, t.user_id, t.email, t.payload from auth.verification_tokens t, auth.users u where ${live}`,
    [purpose, tokenHash, now],
  );
  return rows[0] && fromRow(rows[0]);
};

/**
 * Holds the account and uses the link up; undefined where somebody else has, or it is too old. The account comes first,
 * as with every change of one: of two changes at once the second sees the first.
 */
export const takeLink = async (
  client: pg.PoolClient,
  purpose: LinkPurpose,
  tokenHash: Buffer,
  now: Date,
): Promise<Link | undefined> => {
  const found = await findLink(client, purpose, tokenHash, now);
  if (!found) return undefined;
  await lockAccount(client, found.userId);
  const { rows } = await client.query<LinkRow>(
    `update auth.verification_tokens t set consumed_at = $3 from auth.users u where ${live}
     returning t.id, t.user_id, t.email, t.payload`,
    [purpose, tokenHash, now],
  );
  return rows[0] && fromRow(rows[0]);
};

/** Ends what a person has not used yet: links, and sign-ins that wait for a second factor. */
export const endUnused = async (
  client: pg.PoolClient,
  userId: string,
  purposes: readonly (LinkPurpose | "second_factor")[],
): Promise<void> => {
  await client.query(
    "delete from auth.verification_tokens where user_id = $1 and purpose = any($2) and consumed_at is null",
    [userId, purposes],
  );
};
