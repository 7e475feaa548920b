import type pg from "pg";
import type { Preferences } from "./preferences.ts";

/** One organization's stored preferences. */
export interface StoredPreferences extends Preferences {
  readonly organizationId: string;
  readonly revision: number;
  readonly consentBy: string | null;
  readonly consentAt: Date | null;
  readonly updatedAt: Date;
}

interface PreferencesRow {
  readonly organization_id: string;
  readonly revision: number;
  readonly vendor_order: string[];
  readonly fallback: boolean;
  readonly fallback_models: Record<string, string[]>;
  readonly model_allow_list: string[] | null;
  readonly byok_policy: Preferences["byokPolicy"];
  readonly byok_consent_by: string | null;
  readonly byok_consent_at: Date | null;
  readonly require_app: boolean;
  readonly updated_at: Date;
}

const storedOf = (row: PreferencesRow): StoredPreferences => ({
  organizationId: row.organization_id,
  revision: row.revision,
  vendorOrder: row.vendor_order,
  fallback: row.fallback,
  fallbackModels: row.fallback_models,
  modelAllowList: row.model_allow_list,
  byokPolicy: row.byok_policy,
  requireApp: row.require_app,
  consentBy: row.byok_consent_by,
  consentAt: row.byok_consent_at,
  updatedAt: row.updated_at,
});

export const selectAllPreferences = async (pool: pg.Pool): Promise<StoredPreferences[]> => {
  const { rows } = await pool.query<PreferencesRow>("select * from nexus.preferences");
  return rows.map(storedOf);
};

export const selectPreferences = async (
  db: pg.Pool | pg.PoolClient,
  organizationId: string,
): Promise<StoredPreferences | undefined> => {
  const { rows } = await db.query<PreferencesRow>("select * from nexus.preferences where organization_id = $1", [
    organizationId,
  ]);
  return rows[0] && storedOf(rows[0]);
};

/** Writes the next revision, if the row is still at the one before; undefined where it is not. */
export const upsertPreferences = async (
  tx: pg.PoolClient,
  seenRevision: number,
  next: Omit<StoredPreferences, "revision">,
): Promise<StoredPreferences | undefined> => {
  const values = [
    next.organizationId,
    seenRevision,
    next.vendorOrder,
    next.fallback,
    JSON.stringify(next.fallbackModels),
    next.modelAllowList,
    next.byokPolicy,
    next.consentBy,
    next.consentAt,
    next.requireApp,
    next.updatedAt,
  ];
  const { rows } = await tx.query<PreferencesRow>(
    seenRevision === 0
      ? `insert into nexus.preferences
           (organization_id, revision, vendor_order, fallback, fallback_models, model_allow_list, byok_policy,
            byok_consent_by, byok_consent_at, require_app, updated_at)
         values ($1, $2::int + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (organization_id) do nothing returning *`
      : `update nexus.preferences
            set revision = revision + 1, vendor_order = $3, fallback = $4, fallback_models = $5, model_allow_list = $6,
                byok_policy = $7, byok_consent_by = $8, byok_consent_at = $9, require_app = $10, updated_at = $11
          where organization_id = $1 and revision = $2 returning *`,
    values,
  );
  return rows[0] && storedOf(rows[0]);
};
