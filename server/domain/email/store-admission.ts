import type pg from "pg";
import type { MailCap } from "../../contracts/email/mail-cap.ts";
import type { SuppressionReason } from "../../contracts/email/suppression.ts";
import { NexusError } from "../../errors.ts";

export type { SuppressionReason } from "../../contracts/email/suppression.ts";

interface AdmitRow {
  readonly emailId: string;
  readonly organizationId: string;
  readonly appId: string | undefined;
  readonly userId: string | undefined;
  readonly stream: string;
  readonly category: string;
  readonly senderDomain: string;
  readonly messageId: string;
  readonly key: Uint8Array | undefined;
  readonly fingerprint: Uint8Array;
  /** Sealed. */
  readonly head: Uint8Array;
  /** Sealed. */
  readonly content: Uint8Array | undefined;
  readonly contentDays: number;
  readonly fields: readonly string[];
  readonly digests: readonly Uint8Array[];
  readonly bypassed: readonly SuppressionReason[];
  readonly caps: readonly MailCap[];
}

/** `new`: it has its row. `known`: that mail has had the key before. `mismatch`: another mail has. */
export interface AdmitReply {
  readonly reply: "new" | "known" | "mismatch" | "suppressed" | "capped";
  readonly emailId: string | null;
  readonly suppressed: readonly (SuppressionReason | null)[];
  /** Which recipient has no room, under which cap, and for how long. */
  readonly at: number | null;
  readonly cap: MailCap | null;
  readonly retryMs: number | null;
}

/** A database that does not answer lets nothing in. */
const beforeAnything = (error: unknown): NexusError =>
  NexusError.is(error)
    ? error
    : new NexusError("LEDGER_UNAVAILABLE", { effect: "none", retryAfterMs: 1_000, cause: error });

export const askAdmission = async (pool: pg.Pool, row: AdmitRow): Promise<AdmitReply> => {
  const { key, fingerprint, head, content, contentDays, fields, digests, bypassed, caps, ...mail } = row;
  try {
    const { rows } = await pool.query<Omit<AdmitReply, "retryMs"> & { retryMs: bigint | null }>({
      name: "nexus_admit_email",
      text: `select o_reply as reply, o_email_id as "emailId", o_suppressed as suppressed, o_n as at, o_cap as cap, o_retry_ms as "retryMs"
               from nexus.nexus_admit_email($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
      values: [
        JSON.stringify(mail),
        key ?? null,
        fingerprint,
        head,
        content ?? null,
        contentDays,
        fields,
        digests,
        bypassed,
        JSON.stringify(caps),
      ],
    });
    const [reply] = rows;
    if (!reply) throw new Error("a mail was neither let in nor refused");
    return { ...reply, retryMs: reply.retryMs === null ? null : Number(reply.retryMs) };
  } catch (error) {
    throw beforeAnything(error);
  }
};

export const deleteUnsent = async (pool: pg.Pool, emailId: string): Promise<void> => {
  await pool.query({ name: "nexus_withdraw_email", text: "select nexus.nexus_withdraw_email($1)", values: [emailId] });
};

export const deleteExpired = async (pool: pg.Pool, atOnce: number, keepDays: number): Promise<number> => {
  const { rows } = await pool.query<{ pruned: number }>("select nexus.nexus_prune_email($1, $2) as pruned", [
    atOnce,
    keepDays,
  ]);
  return rows[0]?.pruned ?? 0;
};
