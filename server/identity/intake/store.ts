import { newPrefixedId } from "../../platform/ids.ts";
import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit, type AuthAuditEvent } from "../audit/store.ts";
import type { AuthDatabase } from "../database/store.ts";
import { noteApplicant } from "../developers/store.ts";
import type { TurnstilePass } from "./turnstile.ts";

export type SubmissionKind = "developer_application" | "app_submission";

interface Submission {
  readonly kind: SubmissionKind;
  readonly email: string;
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly pass: TurnstilePass;
  readonly ipHash: Buffer;
  readonly origin: Pick<AuthAuditEvent, "ip" | "requestId">;
  readonly now: Date;
}

/** Keeps what was sent, under the developer of that address, who is made where there is none. Returns its id. */
export const insertSubmission = (
  { pool }: AuthDatabase,
  { kind, email, name, payload, pass, ipHash, origin, now }: Submission,
): Promise<string> =>
  inTransaction(pool, async (client) => {
    const developerId = await noteApplicant(client, { email, name, reopens: kind === "developer_application" }, now);
    const id = newPrefixedId("sub");
    await client.query(
      `insert into auth.intake_submissions (id, kind, developer_id, payload, contact_email, turnstile_hostname, turnstile_action, ip_hash, created_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [id, kind, developerId, JSON.stringify(payload), email, pass.hostname, pass.action, ipHash, now],
    );
    await recordAudit(
      client,
      { ...origin, actorType: "anonymous", action: "intake.receive", target: id, details: { kind, developerId } },
      now,
    );
    return id;
  });
