import type pg from "pg";
import { newPrefixedId } from "../../../platform/ids.ts";
import { inTransaction } from "../../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../../audit/store.ts";
import type { AuthDatabase } from "../../database/store.ts";
import { pickOrganization, endSessions } from "../store.ts";

interface FamilyRow {
  readonly id: string;
  readonly user_id: string;
  readonly user_status: string;
  readonly revoked_at: Date | null;
  readonly idle_expires_at: Date;
  readonly absolute_expires_at: Date;
}

interface ValueRow {
  readonly id: string;
  readonly rotated_at: Date | null;
  readonly revoked_at: Date | null;
}

export interface Rotate {
  readonly presentedHash: Buffer;
  readonly successorHash: Buffer;
  readonly serviceId: string | undefined;
  readonly graceMs: number;
  readonly idleMs: number;
  readonly now: Date;
  /** Seals the successor for the row of this id. */
  readonly seal: (tokenId: string) => string;
  readonly origin: Pick<AuthAuditEvent, "ip" | "requestId">;
}

export type Rotation =
  | { readonly kind: "rotated"; readonly sessionId: string; readonly expiresAt: Date }
  /** A parallel tab came second: the newest value of the chain, as sealed for the row that made it. */
  | {
      readonly kind: "converged";
      readonly sessionId: string;
      readonly sealed: string;
      readonly tokenId: string;
      readonly expiresAt: Date;
    }
  | { readonly kind: "reused" }
  /** The value ended with a step-up or a new password; the session goes on under another. */
  | { readonly kind: "replaced" }
  | { readonly kind: "missing" };

const newestOfChain = async (
  client: pg.PoolClient,
  sessionId: string,
): Promise<{ readonly tokenId: string; readonly sealed: string } | undefined> => {
  const { rows } = await client.query<{ tokenId: string; sealed: string | null }>(
    `select parent.id as "tokenId", parent.successor_sealed as sealed from auth.refresh_tokens current_value
       join auth.refresh_tokens parent on parent.id = current_value.parent_id
     where current_value.session_id = $1 and current_value.kind = 'browser' and current_value.rotated_at is null and current_value.revoked_at is null`,
    [sessionId],
  );
  const row = rows[0];
  return row?.sealed ? { tokenId: row.tokenId, sealed: row.sealed } : undefined;
};

const touchSession = (client: pg.PoolClient, { id, user_id }: FamilyRow, { now, idleMs }: Rotate) =>
  client.query(
    `update auth.sessions s set last_seen_at = $3, idle_expires_at = least(s.absolute_expires_at, $3::timestamptz + make_interval(secs => $4::double precision / 1000)),
       active_organization_id = case when exists (select from auth.organization_memberships m where m.organization_id = s.active_organization_id and m.user_id = $1 and m.status = 'active')
         then s.active_organization_id else ${pickOrganization} end
     where s.id = $2`,
    [user_id, id, now, idleMs],
  );

const isLive = (family: FamilyRow, now: Date): boolean =>
  family.revoked_at === null &&
  family.user_status === "active" &&
  family.idle_expires_at > now &&
  family.absolute_expires_at > now;

/** One step of the family's chain, with the session locked: parallel callers come one after the other. */
export const rotateCookie = ({ pool }: AuthDatabase, rotate: Rotate): Promise<Rotation> =>
  inTransaction(pool, async (client): Promise<Rotation> => {
    const { now, presentedHash } = rotate;
    const families = await client.query<FamilyRow>(
      `select s.id, s.user_id, u.status as user_status, s.revoked_at, s.idle_expires_at, s.absolute_expires_at from auth.sessions s join auth.users u on u.id = s.user_id
       where s.id = (select session_id from auth.refresh_tokens where token_hash = $1 and kind = 'browser') for update of s`,
      [presentedHash],
    );
    const family = families.rows[0];
    if (!family || !isLive(family, now)) return { kind: "missing" };
    // Read after the lock: what a parallel caller has just done must be seen.
    const values = await client.query<ValueRow>(
      "select id, rotated_at, revoked_at from auth.refresh_tokens where token_hash = $1",
      [presentedHash],
    );
    const value = values.rows[0];
    if (!value) return { kind: "missing" };
    if (value.revoked_at) return { kind: "replaced" };
    if (value.rotated_at === null) {
      await client.query(
        "update auth.refresh_tokens set successor_sealed = null where session_id = $1 and successor_sealed is not null and rotated_at < $2",
        [family.id, new Date(now.getTime() - rotate.graceMs)],
      );
      await client.query(
        "update auth.refresh_tokens set rotated_at = $2, successor_sealed = $3 where id = $1 and rotated_at is null",
        [value.id, now, rotate.seal(value.id)],
      );
      await client.query(
        "insert into auth.refresh_tokens (id, session_id, kind, token_hash, parent_id, service_id, created_at, expires_at) values ($1, $2, 'browser', $3, $4, $5, $6, $7)",
        [
          newPrefixedId("rft"),
          family.id,
          rotate.successorHash,
          value.id,
          rotate.serviceId ?? null,
          now,
          family.absolute_expires_at,
        ],
      );
      await touchSession(client, family, rotate);
      return { kind: "rotated", sessionId: family.id, expiresAt: family.absolute_expires_at };
    }
    const newest =
      now.getTime() - value.rotated_at.getTime() <= rotate.graceMs ? await newestOfChain(client, family.id) : undefined;
    if (newest) return { kind: "converged", sessionId: family.id, ...newest, expiresAt: family.absolute_expires_at };
    await client.query("update auth.refresh_tokens set reuse_detected_at = $2 where id = $1", [value.id, now]);
    await endSessions(client, [family.id], "token_reuse", now);
    await recordAudit(
      client,
      {
        ...rotate.origin,
        actorType: "anonymous",
        action: "session.token-reuse",
        target: family.id,
        outcome: "denied",
        details: { userId: family.user_id },
      },
      now,
    );
    return { kind: "reused" };
  });
