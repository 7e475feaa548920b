import type pg from "pg";
import type { VendorVideo, VideoPlan } from "../../contracts/ai-vendor-videos.ts";
import type { CredentialTier } from "../../contracts/units.ts";
import { videoIdOf } from "../../contracts/video-id.ts";
import { claimRows } from "../jobs/index.ts";

/** A video as its row and its operation have it. */
export interface StoredVideo {
  readonly id: string;
  readonly operationId: string;
  readonly organizationId: string;
  readonly appId: string | null;
  readonly userId: string | null;
  readonly keyId: string | null;
  readonly vendor: string;
  readonly credentialId: string;
  readonly credentialTier: CredentialTier;
  readonly model: string;
  readonly plan: VideoPlan;
  /** What its vendor said of it last. */
  readonly told: VendorVideo;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
  readonly heldNanos: bigint;
  readonly costNanos: bigint | null;
}

/** A video before the first byte of its request leaves. */
export interface NewVideo extends Pick<
  StoredVideo,
  "operationId" | "organizationId" | "vendor" | "credentialId" | "credentialTier" | "model" | "plan"
> {
  readonly appId: string | undefined;
  readonly userId: string | undefined;
  readonly keyId: string | undefined;
}

type Row = Omit<StoredVideo, "id" | "heldNanos" | "costNanos"> & {
  readonly heldNanos: string | bigint;
  readonly costNanos: string | bigint | null;
};

const columns = `v.operation_id "operationId", v.organization_id "organizationId", v.app_id "appId", v.user_id "userId",
  v.key_id "keyId", v.vendor, v.credential_id "credentialId", v.credential_tier "credentialTier", v.model, v.plan, v.told,
  v.created_at "createdAt", v.ended_at "endedAt", o.held "heldNanos", o.cost "costNanos"`;

const from = `nexus.ai_video v join nexus.operation o on o.operation_id = v.operation_id`;

const videoOf = ({ heldNanos, costNanos, ...row }: Row): StoredVideo => ({
  ...row,
  id: videoIdOf(row.operationId),
  heldNanos: BigInt(heldNanos),
  costNanos: costNanos === null ? null : BigInt(costNanos),
});

/** A second attempt of the same operation may be at another vendor, or another credential. */
export const insertVideo = async (pool: pg.Pool, row: NewVideo): Promise<void> => {
  await pool.query(
    `insert into nexus.ai_video (operation_id, organization_id, app_id, user_id, key_id, vendor, credential_id,
       credential_tier, model, plan)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     on conflict (operation_id) do update set vendor = excluded.vendor, credential_id = excluded.credential_id,
       credential_tier = excluded.credential_tier, model = excluded.model, plan = excluded.plan`,
    [
      row.operationId,
      row.organizationId,
      row.appId ?? null,
      row.userId ?? null,
      row.keyId ?? null,
      row.vendor,
      row.credentialId,
      row.credentialTier,
      row.model,
      JSON.stringify(row.plan),
    ],
  );
};

/** How long the answer is kept that a repeat of the call is given. */
const keptVideoAnswer = "90 days";

export interface RunningVideo {
  readonly operationId: string;
  readonly told: VendorVideo;
  /** Sealed. */
  readonly answer: Uint8Array;
  readonly key: Uint8Array | undefined;
}

export const callRunVideo = async (
  client: pg.Pool | pg.PoolClient,
  { operationId, told, answer, key }: RunningVideo,
): Promise<boolean> => {
  const { rows } = await client.query<{ runs: boolean }>(
    "select nexus.nexus_run_video($1, $2, $3, $4, $5, $6::interval) runs",
    [operationId, told.vendorVideoId, JSON.stringify(told), Buffer.from(answer), key ?? null, keptVideoAnswer],
  );
  return rows[0]?.runs === true;
};

/** The one that the organization has, and its vendor took. */
export const selectVideo = async (
  pool: pg.Pool,
  organizationId: string,
  operationId: string,
): Promise<StoredVideo | undefined> => {
  const { rows } = await pool.query<Row>(
    `select ${columns} from ${from}
      where v.organization_id = $1 and v.operation_id = $2 and v.vendor_video_id is not null`,
    [organizationId, operationId],
  );
  return rows[0] && videoOf(rows[0]);
};

export interface PageOfVideos {
  readonly vendor: string | undefined;
  readonly beyond: string | undefined;
  readonly limit: number;
}

/** One more than asked for, where there are more; the newest first. */
export const selectVideos = async (
  pool: pg.Pool,
  organizationId: string,
  { vendor, beyond, limit }: PageOfVideos,
): Promise<readonly StoredVideo[]> => {
  const { rows } = await pool.query<Row>(
    `select ${columns} from ${from}
      where v.organization_id = $1 and ($2::text is null or v.vendor = $2)
        and ($3::uuid is null or v.operation_id < $3) and v.vendor_video_id is not null
      order by v.operation_id desc limit $4`,
    [organizationId, vendor ?? null, beyond ?? null, limit + 1],
  );
  return rows.map(videoOf);
};

/** Gives those that are due to one process, until the lease has run out. */
export const claimDueVideos = async (
  pool: pg.Pool,
  leaseMs: number,
  limit: number,
): Promise<readonly StoredVideo[]> => {
  const due = await claimRows(pool, "ai_video", leaseMs, limit);
  if (due.length === 0) return [];
  const { rows } = await pool.query<Row>(`select ${columns} from ${from} where v.operation_id = any($1::uuid[])`, [
    due,
  ]);
  return rows.map(videoOf);
};

export const updateVideoEnded = async (pool: pg.Pool, operationId: string, told: VendorVideo): Promise<void> => {
  await pool.query(
    `update nexus.ai_video set ended_at = clock_timestamp(), look_at = null, leased_until = null, told = $2
      where operation_id = $1 and ended_at is null`,
    [operationId, JSON.stringify(told)],
  );
};
