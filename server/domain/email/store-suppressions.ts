import type pg from "pg";
import type { SuppressionReason, SuppressionStream } from "../../contracts/email/suppression.ts";

export interface SuppressionRow {
  readonly suppressionId: string;
  readonly stream: SuppressionStream;
  /** Sealed, by the row's id. */
  readonly address: Uint8Array;
  readonly reason: SuppressionReason;
  readonly source: string;
  readonly note: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date | null;
}

const columns = `s.suppression_id as "suppressionId", s.stream, s.address, s.reason, s.source, s.note, s.created_at as "createdAt", s.expires_at as "expiresAt"`;

interface NewSuppression extends Omit<SuppressionRow, "createdAt"> {
  readonly organizationId: string;
  readonly digest: Uint8Array;
}

/** One of a reason for each address and stream: a second one replaces its end, and with a note its note. */
export const upsertSuppression = async (
  tx: pg.PoolClient,
  row: NewSuppression,
): Promise<SuppressionRow & { readonly added: boolean }> => {
  const { rows } = await tx.query<SuppressionRow & { added: boolean }>(
    `insert into nexus.email_suppression as s (suppression_id, org_id, stream, address_hash, address, reason, source, note, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (org_id, address_hash, stream, reason) do update
        set expires_at = case when s.expires_at is null and s.reason <> 'manual' then null else excluded.expires_at end,
            note = coalesce(excluded.note, s.note)
     returning ${columns}, s.suppression_id = $1 as added`,
    [
      row.suppressionId,
      row.organizationId,
      row.stream,
      row.digest,
      row.address,
      row.reason,
      row.source,
      row.note,
      row.expiresAt,
    ],
  );
  const [kept] = rows;
  if (!kept) throw new Error("a suppression was neither added nor there");
  return kept;
};

interface Which {
  readonly organizationId: string;
  readonly digest: Uint8Array;
  readonly stream: string | undefined;
  readonly reason: string | undefined;
}

export const deleteSuppressions = async (
  tx: pg.PoolClient,
  { organizationId, digest, stream, reason }: Which,
): Promise<SuppressionRow[]> => {
  const { rows } = await tx.query<SuppressionRow>(
    `delete from nexus.email_suppression s where s.org_id = $1 and s.address_hash = $2
        and ($3::text is null or s.stream = $3) and ($4::text is null or s.reason = $4) returning ${columns}`,
    [organizationId, digest, stream ?? null, reason ?? null],
  );
  return rows;
};

/** Those that count now. */
export const selectSuppressionsOf = async (
  pool: pg.Pool,
  { organizationId, digest }: Pick<Which, "organizationId" | "digest">,
): Promise<SuppressionRow[]> => {
  const { rows } = await pool.query<SuppressionRow>(
    `select ${columns} from nexus.email_suppression s where s.org_id = $1 and s.address_hash = $2
        and (s.expires_at is null or s.expires_at > clock_timestamp()) order by s.suppression_id`,
    [organizationId, digest],
  );
  return rows;
};

interface Recipients {
  readonly digests: readonly Uint8Array[];
  readonly stream: string;
  readonly bypassed: readonly SuppressionReason[];
}

/** Why nothing is sent to each of them now; null where something is. */
export const selectReasons = async (
  pool: pg.Pool,
  organizationId: string,
  { digests, stream, bypassed }: Recipients,
): Promise<(SuppressionReason | null)[]> => {
  const { rows } = await pool.query<{ reason: SuppressionReason | null }>({
    name: "email_suppressed_now",
    text: `select (select s.reason from nexus.email_suppression s
                    where s.org_id = $1 and s.address_hash = x.hash and s.stream in ('any', $3) and s.reason <> all ($4)
                      and (s.expires_at is null or s.expires_at > clock_timestamp()) order by s.reason limit 1) as reason
             from unnest($2::bytea[]) with ordinality x (hash, n) order by x.n`,
    values: [organizationId, digests, stream, bypassed],
  });
  return rows.map(({ reason }) => reason);
};

interface SuppressionQuery {
  readonly organizationId: string;
  readonly before?: string | undefined;
  readonly stream?: string | undefined;
  readonly reason?: string | undefined;
  readonly limit: number;
}

/** Newest first. */
export const selectSuppressions = async (pool: pg.Pool, query: SuppressionQuery): Promise<SuppressionRow[]> => {
  const { rows } = await pool.query<SuppressionRow>(
    `select ${columns} from nexus.email_suppression s where s.org_id = $1 and ($2::uuid is null or s.suppression_id < $2)
        and ($3::text is null or s.stream = $3) and ($4::text is null or s.reason = $4)
        and (s.expires_at is null or s.expires_at > clock_timestamp()) order by s.suppression_id desc limit $5`,
    [query.organizationId, query.before ?? null, query.stream ?? null, query.reason ?? null, query.limit],
  );
  return rows;
};
