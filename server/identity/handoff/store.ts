import type pg from "pg";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import { handoffGrantType } from "../catalogue/manifest-client.ts";
import type { AuthDatabase } from "../database/store.ts";
import { endSessions } from "../sessions/store.ts";
import { accessTokenMs } from "../signing/access-token.ts";

type Origin = Pick<AuthAuditEvent, "ip" | "requestId">;

/** What a handoff code is bound to. */
export interface NewHandoff {
  readonly codeHash: Buffer;
  readonly serviceId: string;
  readonly redirectUri: string;
  readonly userId: string;
  readonly organizationId: string;
  readonly sessionId: string;
  readonly expiresAt: Date;
  /** When the token that asked for the code ends. */
  readonly bearerExpiresAt: Date;
}

export interface HandoffRow extends NewHandoff {
  readonly consumedAt: Date | null;
}

/** Addresses to which a service's browser clients may be handed a session. */
export const findHandoffTargets = async ({ pool }: AuthDatabase, serviceId: string): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ uri: string }>({
    name: "auth_handoff_targets",
    text: `select unnest(redirect_uris) as uri from auth.service_clients
      where service_id = $1 and disabled_at is null and type <> 'native' and $2 = any(grant_types)`,
    values: [serviceId, handoffGrantType],
  });
  return rows.map(({ uri }) => uri);
};

/** The service of a client that may be handed sessions. */
export const findHandoffClient = async ({ pool }: AuthDatabase, clientId: string): Promise<string | undefined> => {
  const { rows } = await pool.query<{ serviceId: string }>({
    name: "auth_handoff_client",
    text: `select service_id as "serviceId" from auth.service_clients
      where client_id = $1 and disabled_at is null and type <> 'native' and $2 = any(grant_types)`,
    values: [clientId, handoffGrantType],
  });
  return rows[0]?.serviceId;
};

/** Clients with a secret, where nobody but such clients is met at the address. */
export const findSecretHolders = async (
  { pool }: AuthDatabase,
  serviceId: string,
  redirectUri: string,
): Promise<readonly string[]> => {
  const { rows } = await pool.query<{ clientId: string; type: string }>({
    name: "auth_handoff_secret_holders",
    text: `select client_id as "clientId", type from auth.service_clients
      where service_id = $1 and disabled_at is null and type <> 'native' and $2 = any(grant_types) and $3 = any(redirect_uris)`,
    values: [serviceId, handoffGrantType, redirectUri],
  });
  return rows.every(({ type }) => type === "confidential") ? rows.map(({ clientId }) => clientId) : [];
};

export const insertHandoff = ({ pool }: AuthDatabase, handoff: NewHandoff, now: Date, origin: Origin): Promise<void> =>
  inTransaction(pool, async (client) => {
    await client.query(
      `insert into auth.handoff_codes (code_hash, service_id, redirect_uri, user_id, organization_id, session_id, created_at, expires_at, bearer_expires_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        handoff.codeHash,
        handoff.serviceId,
        handoff.redirectUri,
        handoff.userId,
        handoff.organizationId,
        handoff.sessionId,
        now,
        handoff.expiresAt,
        handoff.bearerExpiresAt,
      ],
    );
    await recordAudit(
      client,
      {
        ...origin,
        actorType: "user",
        actorId: handoff.userId,
        organizationId: handoff.organizationId,
        action: "handoff.create",
        target: handoff.serviceId,
        details: { sessionId: handoff.sessionId, redirectUri: handoff.redirectUri },
      },
      now,
    );
  });

export const findHandoff = async ({ pool }: AuthDatabase, codeHash: Buffer): Promise<HandoffRow | undefined> => {
  const { rows } = await pool.query<HandoffRow>({
    name: "auth_handoff",
    text: `select code_hash as "codeHash", service_id as "serviceId", redirect_uri as "redirectUri", user_id as "userId", organization_id as "organizationId",
        session_id as "sessionId", expires_at as "expiresAt", bearer_expires_at as "bearerExpiresAt", consumed_at as "consumedAt"
      from auth.handoff_codes where code_hash = $1`,
    values: [codeHash],
  });
  return rows[0];
};

/** The session a browser's cookie belongs to; a value that was rotated a moment ago shows it as well. */
export const findSessionOfBrowser = async (
  { pool }: AuthDatabase,
  tokenHash: Buffer,
  rotatedAfter: Date,
): Promise<string | undefined> => {
  const { rows } = await pool.query<{ sessionId: string }>({
    name: "auth_handoff_browser",
    text: `select session_id as "sessionId" from auth.refresh_tokens
      where token_hash = $1 and kind = 'browser' and revoked_at is null and (rotated_at is null or rotated_at > $2)`,
    values: [tokenHash, rotatedAfter],
  });
  return rows[0]?.sessionId;
};

interface Consume {
  readonly handoff: NewHandoff;
  /** Of the access token that the code gives. */
  readonly tokenId: string;
  /** The other person's session that the browser held, and gives up. */
  readonly superseded: { readonly sessionId: string; readonly userId: string } | undefined;
  readonly now: Date;
  readonly origin: Origin;
}

/** Uses the code up; false for everybody but the first. */
export const consumeHandoff = (
  { pool }: AuthDatabase,
  { handoff, tokenId, superseded, now, origin }: Consume,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const used = await client.query(
      `update auth.handoff_codes h set consumed_at = $2, token_id = $3 where h.code_hash = $1 and h.consumed_at is null and h.expires_at > $2
         and exists (select from auth.sessions s where s.id = h.session_id and s.revoked_at is null)`,
      [handoff.codeHash, now, tokenId],
    );
    if (used.rowCount !== 1) return false;
    const event = { ...origin, actorType: "user", actorId: handoff.userId } as const;
    if (superseded) {
      const ended = await endSessions(client, [superseded.sessionId], "account_changed", now);
      if (ended.length > 0)
        await recordAudit(
          client,
          {
            ...event,
            action: "session.end",
            target: superseded.sessionId,
            details: { reason: "account_changed", userId: superseded.userId },
          },
          now,
        );
    }
    await recordAudit(
      client,
      {
        ...event,
        organizationId: handoff.organizationId,
        action: "handoff.redeem",
        target: handoff.serviceId,
        details: { sessionId: handoff.sessionId },
      },
      now,
    );
    return true;
  });

/** Ends the token that the code gave. */
const revokeGiven = async (client: pg.PoolClient, codeHash: Buffer): Promise<void> => {
  await client.query(
    `insert into auth.revoked_access_tokens (jti, session_id, expires_at)
       select token_id, session_id, consumed_at + $2 * interval '1 millisecond' from auth.handoff_codes
         where code_hash = $1 and token_id is not null
     on conflict do nothing`,
    [codeHash, accessTokenMs],
  );
};

/** Notes that a known code was refused: somebody else may have seen it, and may have been the one who used it (RFC 6749 §4.1.2). */
export const recordHandoffRefusal = (
  { pool }: AuthDatabase,
  { codeHash, serviceId, sessionId, userId, organizationId }: NewHandoff,
  reason: string,
  now: Date,
  origin: Origin,
): Promise<void> =>
  inTransaction(pool, async (client) => {
    const isReplay = reason === "replayed";
    if (isReplay) await revokeGiven(client, codeHash);
    await recordAudit(
      client,
      {
        ...origin,
        actorType: "anonymous",
        organizationId,
        action: isReplay ? "handoff.replay" : "handoff.redeem",
        target: serviceId,
        outcome: "denied",
        details: { reason, sessionId, userId },
      },
      now,
    );
  });
