import type pg from "pg";
import type { SealedKind } from "../../platform/crypto/index.ts";

/** Where sealed bytes are kept beside credentials, as `nexus.sealed_row` has it, and as what they were sealed there. */
export const sealedPlaces = {
  attempt: "request",
  act_queue: "request",
  email_message: "email",
  email_content: "email_content",
  email_suppression: "email_suppression",
  webhook: "webhook",
  kept_response: "response",
  kept_response_event: "response_event",
  conversation: "conversation",
  conversation_item: "conversation_item",
} as const satisfies Readonly<Record<string, SealedKind>>;
export type SealedPlace = keyof typeof sealedPlaces;

interface SealedRow {
  readonly rowId: string;
  readonly bytes: Buffer;
}

/** A few rows of a place under one of these keys; those that do not open are passed over. */
export const selectSealedUnder = async (
  pool: pg.Pool,
  place: SealedPlace,
  keyIds: readonly string[],
  passedOver: readonly string[],
  limit: number,
): Promise<readonly SealedRow[]> => {
  const { rows } = await pool.query<SealedRow>(
    `select row_id as "rowId", bytes from nexus.sealed_row
      where place = $1 and nexus.nexus_sealed_by(bytes) = any($2) and row_id <> all($3::uuid[]) limit $4`,
    [place, keyIds, passedOver, limit],
  );
  return rows;
};

/** Replaces what is sealed in rows that are as they were read; how many are. */
export const replaceSealed = async (
  db: pg.PoolClient,
  place: SealedPlace,
  rows: readonly (SealedRow & { readonly resealed: Uint8Array })[],
): Promise<number> => {
  const result = await db.query<{ count: number }>("select nexus.nexus_reseal($1, $2, $3, $4) as count", [
    place,
    rows.map(({ rowId }) => rowId),
    rows.map(({ bytes }) => bytes),
    rows.map(({ resealed }) => resealed),
  ]);
  return result.rows[0]?.count ?? 0;
};

/** How many rows are sealed under each key but the current one. */
export const countSealedUnderOthers = async (
  pool: pg.Pool,
  currentKeyId: string | undefined,
): Promise<readonly { readonly keyId: string; readonly secrets: number }[]> => {
  // Two ranges of an index, which `<>` is not.
  const { rows } = await pool.query<{ keyId: string; secrets: number }>(
    `select nexus.nexus_sealed_by(bytes) as "keyId", count(*)::int as secrets from nexus.sealed_row
      where nexus.nexus_sealed_by(bytes) < $1 or nexus.nexus_sealed_by(bytes) > $1 group by 1`,
    [currentKeyId ?? null],
  );
  return rows;
};
