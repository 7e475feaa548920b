import type { PoolClient } from "pg";
import { z } from "zod";
import { DatabaseError } from "../../platform/db/database-error.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";
import { endUnused, takeLink } from "../links/store.ts";

type Origin = Pick<AuthAuditEvent, "ip" | "requestId">;

/** A link with the proof that whoever opened it holds the account. */
interface ProvenLink {
  readonly tokenHash: Buffer;
  /** Throws where the proof does not count any more. */
  readonly judge: (client: PoolClient) => Promise<void>;
  readonly now: Date;
}

/** Marks the address verified; false where the link is of no use. */
export const markEmailVerified = (
  { pool }: AuthDatabase,
  { tokenHash, judge, now }: ProvenLink,
  origin: Origin,
): Promise<boolean> =>
  inTransaction(pool, async (client) => {
    const link = await takeLink(client, "verify", tokenHash, now);
    if (!link) return false;
    await judge(client);
    await client.query(
      "update auth.users set email_verified_at = $2, updated_at = $2 where id = $1 and email_verified_at is null",
      [link.userId, now],
    );
    await endUnused(client, link.userId, ["verify"]);
    await recordAudit(
      client,
      { ...origin, actorType: "user", actorId: link.userId, action: "user.email-verified", target: link.userId },
      now,
    );
    return true;
  });

/** The account of an address. */
export interface Account {
  readonly id: string;
  readonly email: string;
  readonly verified: boolean;
  readonly status: string;
}

export const findAccount = async (client: PoolClient, email: string): Promise<Account | undefined> => {
  const { rows } = await client.query<Account>({
    name: "auth_account_by_email",
    text: "select id, email, email_verified_at is not null as verified, status from auth.users where email = $1",
    values: [email],
  });
  return rows[0];
};

const EmailChange = z.object({ changeId: z.string(), side: z.enum(["old", "new"]), to: z.string() });

/** What the link of a change carries; undefined where it is no such link. */
export const readChange = (payload: unknown): z.infer<typeof EmailChange> | undefined =>
  EmailChange.safeParse(payload).data;

const bothConfirmed = async (client: PoolClient, userId: string, changeId: string): Promise<boolean> => {
  const { rows } = await client.query<{ waiting: number; confirmed: number }>(
    `select count(*) filter (where consumed_at is null)::int as waiting, count(*) filter (where consumed_at is not null)::int as confirmed
     from auth.verification_tokens where purpose = 'email_change' and user_id = $1 and payload ->> 'changeId' = $2`,
    [userId, changeId],
  );
  return rows[0]?.waiting === 0 && rows[0].confirmed === 2;
};

const moveAccount = async (
  client: PoolClient,
  userId: string,
  from: string,
  to: string,
  now: Date,
  origin: Origin,
): Promise<void> => {
  await client.query("update auth.users set email = $2, email_verified_at = $3, updated_at = $3 where id = $1", [
    userId,
    to,
    now,
  ]);
  await endUnused(client, userId, ["verify", "reset", "email_change", "second_factor"]);
  await recordAudit(
    client,
    {
      ...origin,
      actorType: "user",
      actorId: userId,
      action: "user.email-changed",
      target: userId,
      details: { from, to },
    },
    now,
  );
};

/** One of the two addresses confirms; with the second one the account moves. */
export const applyEmailChange = async (
  { pool }: AuthDatabase,
  { tokenHash, judge, now }: ProvenLink,
  origin: Origin,
  /** Runs on the transaction of the move. */
  onMoved: (client: PoolClient, moved: { readonly from: string; readonly to: string }) => Promise<void>,
): Promise<{ readonly changed: boolean } | "link_invalid"> => {
  try {
    return await inTransaction(pool, async (client) => {
      const link = await takeLink(client, "email_change", tokenHash, now);
      const change = readChange(link?.payload);
      if (!link || !change) return "link_invalid";
      const { changeId, to } = change;
      await judge(client);
      await recordAudit(
        client,
        {
          ...origin,
          actorType: "user",
          actorId: link.userId,
          action: "user.email-change-confirmed",
          target: link.userId,
        },
        now,
      );
      const changed = await bothConfirmed(client, link.userId, changeId);
      if (changed) {
        await moveAccount(client, link.userId, link.email, to, now, origin);
        await onMoved(client, { from: link.email, to });
      }
      return { changed };
    });
  } catch (error) {
    if (error instanceof DatabaseError && error.constraint === "users_email_key") return "link_invalid";
    throw error;
  }
};
