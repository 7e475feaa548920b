import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";

interface ProfileChange {
  readonly userId: string;
  /** Undefined leaves it as it is. */
  readonly name: string | undefined;
  /** Null removes it, undefined leaves it as it is. */
  readonly pictureUrl: string | null | undefined;
  readonly now: Date;
}

export const updateProfile = (
  { pool }: AuthDatabase,
  { userId, name, pictureUrl, now }: ProfileChange,
  origin: Pick<AuthAuditEvent, "ip" | "requestId">,
): Promise<{ readonly name: string; readonly pictureUrl: string | null }> =>
  inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ name: string; picture_url: string | null }>(
      `update auth.users set name = coalesce($2, name), picture_url = case when $3 then $4 else picture_url end, updated_at = $5
       where id = $1 returning name, picture_url`,
      [userId, name ?? null, pictureUrl !== undefined, pictureUrl ?? null, now],
    );
    const changed = [...(name === undefined ? [] : ["name"]), ...(pictureUrl === undefined ? [] : ["pictureUrl"])];
    await recordAudit(
      client,
      { ...origin, actorType: "user", actorId: userId, action: "user.updated", target: userId, details: { changed } },
      now,
    );
    const row = rows[0];
    return { name: row?.name ?? "", pictureUrl: row?.picture_url ?? null };
  });
