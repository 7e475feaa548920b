import type pg from "pg";
import type { KeptStatus } from "../../contracts/kept-status.ts";
import type { KeptKind } from "./kept-kind.ts";
import { standing } from "./store.ts";

/** An answer as its row and its operation have it, without what it says. */
export interface KeptAnswerRow {
  readonly responseId: string;
  readonly kind: KeptKind["name"];
  readonly ownerDigest: Buffer;
  readonly userId: string | null;
  readonly askedBy: "user" | "api_key" | "service" | null;
  readonly status: KeptStatus;
  readonly background: boolean;
  readonly vendor: string | null;
  readonly model: string | null;
  readonly appId: string | null;
  readonly keyId: string | null;
  readonly createdAt: Date;
  readonly expiresAt: Date;
}

const columns = `r.response_id "responseId", r.kind, r.owner_digest "ownerDigest", r.user_id "userId", r.asked_by "askedBy",
  ${standing} status, r.background, o.vendor, o.model, o.app_id "appId", o.key_id "keyId", r.created_at "createdAt",
  r.expires_at "expiresAt"`;

const from = `nexus.kept_response r left join nexus.operation o on o.operation_id = r.response_id`;

/** Which answers of an organization are asked for. */
export interface PageOfAnswers {
  /** The person for whom they were asked; undefined: everybody. */
  readonly userId: string | undefined;
  readonly status: readonly KeptStatus[] | undefined;
  readonly kind: KeptKind["name"] | undefined;
  readonly background: boolean | undefined;
  readonly beyond: string | undefined;
  readonly limit: number;
}

/** One more than asked for, where there are more; the newest first. */
export const selectAnswers = async (
  pool: pg.Pool,
  organizationId: string,
  { userId, status, kind, background, beyond, limit }: PageOfAnswers,
): Promise<readonly KeptAnswerRow[]> => {
  const { rows } = await pool.query<KeptAnswerRow>(
    `select ${columns} from ${from}
      where r.organization_id = $1 and ($2::text is null or r.user_id = $2)
        and ($3::text[] is null or ${standing} = any ($3)) and ($4::text is null or r.kind = $4)
        and ($5::boolean is null or r.background = $5) and ($6::uuid is null or r.response_id < $6)
      order by r.response_id desc limit $7`,
    [organizationId, userId ?? null, status ?? null, kind ?? null, background ?? null, beyond ?? null, limit + 1],
  );
  return rows;
};

/** The one that the organization has, with what it says, sealed. */
export const selectAnswer = async (
  pool: pg.Pool,
  organizationId: string,
  responseId: string,
): Promise<(KeptAnswerRow & { readonly content: Buffer }) | undefined> => {
  const { rows } = await pool.query<KeptAnswerRow & { readonly content: Buffer }>(
    `select ${columns}, r.content from ${from} where r.organization_id = $1 and r.response_id = $2`,
    [organizationId, responseId],
  );
  return rows[0];
};

/** Whether it was still there. */
export const deleteAnswerRow = async (
  client: Pick<pg.Pool, "query">,
  organizationId: string,
  responseId: string,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    "delete from nexus.kept_response where organization_id = $1 and response_id = $2",
    [organizationId, responseId],
  );
  return rowCount === 1;
};
