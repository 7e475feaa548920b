import type pg from "pg";

type Reader = pg.Pool | pg.PoolClient;

export interface RuleRow {
  readonly period: string;
  readonly window_kind: "calendar" | "rolling";
}

/** An active budget of the organization. */
export const selectRule = async (db: Reader, organizationId: string, id: string): Promise<RuleRow | undefined> => {
  const { rows } = await db.query<RuleRow>(
    "select period, window_kind from nexus.budget_rule where org_id = $1 and id = $2 and active",
    [organizationId, id],
  );
  return rows[0];
};

export interface SettingRow {
  readonly forecast: boolean;
  readonly administrators: boolean;
  readonly addresses: string[];
  readonly webhookIds: string[];
}

export const selectSetting = async (db: Reader, ruleId: string): Promise<SettingRow | undefined> => {
  const { rows } = await db.query<SettingRow>(
    `select forecast, administrators, addresses, webhook_ids as "webhookIds" from nexus.alert_setting where rule_id = $1`,
    [ruleId],
  );
  return rows[0];
};

interface NewSetting extends SettingRow {
  readonly ruleId: string;
  readonly organizationId: string;
}

export const putSetting = async (
  tx: pg.PoolClient,
  { ruleId, organizationId, forecast, administrators, addresses, webhookIds }: NewSetting,
): Promise<void> => {
  await tx.query(
    `insert into nexus.alert_setting (rule_id, organization_id, forecast, administrators, addresses, webhook_ids)
       values ($1, $2, $3, $4, $5, $6)
     on conflict (rule_id) do update set forecast = excluded.forecast, administrators = excluded.administrators,
       addresses = excluded.addresses, webhook_ids = excluded.webhook_ids`,
    [ruleId, organizationId, forecast, administrators, addresses, webhookIds],
  );
};

/** Of a budget that says nothing of it, the administrators are told. */
export const tellAdministrators = async (tx: pg.PoolClient, ruleId: string, organizationId: string): Promise<void> => {
  await tx.query(
    `insert into nexus.alert_setting (rule_id, organization_id, forecast, administrators) values ($1, $2, false, true)
     on conflict (rule_id) do nothing`,
    [ruleId, organizationId],
  );
};
