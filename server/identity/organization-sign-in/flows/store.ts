import { newPrefixedId } from "../../../platform/ids.ts";
import type { AuthDatabase } from "../../database/store.ts";
import type { AssertedIdentity } from "../asserted-identity.ts";

/** A sign-in under way at an organization's provider. */
export interface OrganizationFlow {
  readonly organizationId: string;
  readonly returnTo: string;
  /** Of the SAML request. */
  readonly requestId: string | undefined;
  /** Whether the sign-in is only tried out. */
  readonly isTest: boolean;
}

const purpose = "organization_sign_in";

export const insertOrganizationFlow = async (
  { pool }: AuthDatabase,
  hash: Buffer,
  flow: OrganizationFlow,
  now: Date,
  expiresAt: Date,
): Promise<void> => {
  await pool.query(
    "insert into auth.verification_tokens (id, purpose, token_hash, payload, created_at, expires_at) values ($1, $2, $3, $4, $5, $6)",
    [newPrefixedId("vft"), purpose, hash, flow, now, expiresAt],
  );
};

interface TakeFlow {
  readonly hash: Buffer;
  readonly organizationId: string;
  /** Of the answer that was received for it, where the protocol brings one first. */
  readonly ticketHash: string | undefined;
  readonly now: Date;
}

/** Uses the flow up; of any number of callers one gets it. */
export const takeOrganizationFlow = async (
  { pool }: AuthDatabase,
  { hash, organizationId, ticketHash, now }: TakeFlow,
): Promise<(OrganizationFlow & { readonly identity?: AssertedIdentity }) | undefined> => {
  const { rows } = await pool.query<{ payload: OrganizationFlow & { readonly identity?: AssertedIdentity } }>(
    `update auth.verification_tokens set consumed_at = $4 where token_hash = $1 and purpose = '${purpose}' and payload->>'organizationId' = $2
       and payload->>'ticketHash' is not distinct from $3 and consumed_at is null and expires_at > $4 returning payload`,
    [hash, organizationId, ticketHash ?? null, now],
  );
  return rows[0]?.payload;
};

/** When the request that is being answered was made; undefined where there is none, or it has had an answer. */
export const findRequest = async (
  { pool }: AuthDatabase,
  organizationId: string,
  requestId: string,
  now: Date,
): Promise<Date | undefined> => {
  const { rows } = await pool.query<{ created_at: Date }>(
    `select created_at from auth.verification_tokens where purpose = '${purpose}' and payload->>'organizationId' = $1 and payload->>'requestId' = $2
       and consumed_at is null and expires_at > $3 and not payload ? 'ticketHash'`,
    [organizationId, requestId, now],
  );
  return rows[0]?.created_at;
};

/** Keeps the answer to a request, once: a replay finds it answered. */
export const keepAnswer = async (
  { pool }: AuthDatabase,
  {
    organizationId,
    requestId,
    identity,
    ticketHash,
    now,
  }: {
    readonly organizationId: string;
    readonly requestId: string;
    readonly identity: unknown;
    readonly ticketHash: string;
    readonly now: Date;
  },
): Promise<boolean> => {
  const { rowCount } = await pool.query(
    `update auth.verification_tokens set payload = payload || $4::jsonb where purpose = '${purpose}' and payload->>'organizationId' = $1
       and payload->>'requestId' = $2 and consumed_at is null and expires_at > $3 and not payload ? 'ticketHash'`,
    [organizationId, requestId, now, JSON.stringify({ identity, ticketHash })],
  );
  return rowCount === 1;
};
