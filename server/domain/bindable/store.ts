import type pg from "pg";
import { inOneProcess } from "../../platform/db/in-one-process.ts";

/** Tables whose change changes what keys can be bound to. */
export const bindableTopics = ["budget_rule", "app", "app_state"] as const;

/** What keys of an organization can be bound to at Nexus: its budgets, and the apps that may call for it. */
export interface OrganizationResources {
  readonly organizationId: string;
  readonly resources: readonly { readonly type: string; readonly resourceId: string; readonly label: string }[];
}

/** Of every organization that has called or has a budget. */
export const selectBindable = async (client: pg.PoolClient): Promise<readonly OrganizationResources[]> => {
  const { rows } = await client.query<OrganizationResources>(
    `select o.org_id as "organizationId",
       coalesce((select jsonb_agg(jsonb_build_object('type', 'budget', 'resourceId', r.id,
           'label', left(initcap(r.period) || ' budget of the ' || r.scope || coalesce(' ' || r.scope_id, ''), 200)) order by r.id)
         from nexus.budget_rule r where r.org_id = o.org_id and r.active), '[]')
       || coalesce((select jsonb_agg(jsonb_build_object('type', 'app', 'resourceId', a.id, 'label', a.name) order by a.id)
         from nexus.app a left join nexus.app_state s on s.app_id = a.id and s.organization_id = o.org_id
        where a.registered and coalesce(s.enabled, true)), '[]') as resources
     from (select org_id from nexus.budget where rule_id is null union select org_id from nexus.budget_rule where active) o
     order by 1`,
  );
  return rows;
};

const lock = 0x62696e64;

/** Runs the work in one process at a time, with a snapshot that no other process of this database writes about; skips it in the others. */
export const withBindableLock = (pool: pg.Pool, work: (client: pg.PoolClient) => Promise<void>): Promise<boolean> =>
  inOneProcess(pool, lock, work);
