import type { AuthDatabase } from "../../database/store.ts";

export interface AuthAuditRow {
  readonly id: string;
  readonly occurred_at: Date;
  readonly actor_type: string;
  readonly actor_id: string | null;
  readonly organization_id: string | null;
  readonly action: string;
  readonly target: string | null;
  readonly outcome: string;
  readonly ip: string | null;
  readonly request_id: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

interface ListAudit {
  readonly organizationId: string | undefined;
  readonly action: string | undefined;
  readonly actorId: string | undefined;
  readonly target: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/** Newest first; ids grow with time. */
export const listAuthAuditRows = async (
  { pool }: AuthDatabase,
  { organizationId, action, actorId, target, from, to, after, limit }: ListAudit,
): Promise<AuthAuditRow[]> => {
  const { rows } = await pool.query<AuthAuditRow>(
    `select id, occurred_at, actor_type, actor_id, organization_id, action, target, outcome, ip, request_id, details from auth.audit_events
     where ($1::text is null or organization_id = $1) and ($2::text is null or action = $2) and ($3::text is null or actor_id = $3)
       and ($4::text is null or target = $4) and ($5::timestamptz is null or occurred_at >= $5) and ($6::timestamptz is null or occurred_at < $6)
       and ($7::text is null or id < $7)
     order by id desc limit $8`,
    [
      organizationId ?? null,
      action ?? null,
      actorId ?? null,
      target ?? null,
      from ?? null,
      to ?? null,
      after ?? null,
      limit,
    ],
  );
  return rows;
};
