import type { AuthDatabase } from "../../database/store.ts";

export interface AuthAuditRow {
  readonly id: string;
  readonly occurred_at: Date;
  readonly actor_type: string;
  readonly actor_id: string | null;
  readonly actor_name: string | null;
  readonly organization_id: string | null;
  readonly organization_name: string | null;
  readonly action: string;
  readonly target: string | null;
  readonly target_name: string | null;
  readonly outcome: string;
  readonly ip: string | null;
  readonly request_id: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Which events are read. */
export interface AuditFilter {
  /** Undefined: every organization's, and those of none. */
  readonly organizationId: string | undefined;
  readonly action: string | undefined;
  readonly actorId: string | undefined;
  readonly target: string | undefined;
  readonly from: Date | undefined;
  readonly to: Date | undefined;
}

interface Page {
  /** The last event of the page before. */
  readonly after: string | undefined;
  readonly limit: number;
  readonly order: "newest" | "oldest";
}

const where = `($1::text is null or e.organization_id = $1) and ($2::text is null or e.action = $2 or starts_with(e.action, $2 || '.'))
  and ($3::text is null or e.actor_id = $3) and ($4::text is null or e.target = $4)
  and ($5::timestamptz is null or e.occurred_at >= $5) and ($6::timestamptz is null or e.occurred_at < $6)`;

const personName = (alias: string): string => `coalesce(nullif(${alias}.name, ''), ${alias}.email)`;

/** Ids grow with time. */
export const listAuthAuditRows = async (
  { pool }: AuthDatabase,
  { organizationId, action, actorId, target, from, to }: AuditFilter,
  { after, limit, order }: Page,
): Promise<AuthAuditRow[]> => {
  const [beyond, direction] = order === "newest" ? ["<", "desc"] : [">", "asc"];
  const { rows } = await pool.query<AuthAuditRow>(
    `select e.id, e.occurred_at, e.actor_type, e.actor_id, coalesce(${personName("actor")}, actor_key.name, actor_service.name) as actor_name,
            e.organization_id, o.name as organization_name, e.action, e.target,
            coalesce(${personName("person")}, key.name, service.name, target_organization.name) as target_name,
            e.outcome, e.ip, e.request_id, e.details
       from (select * from auth.audit_events e where ${where} and ($7::text is null or e.id ${beyond} $7) order by e.id ${direction} limit $8) e
       left join auth.users actor on e.actor_type = 'user' and actor.id = e.actor_id
       left join auth.api_keys actor_key on e.actor_type = 'api_key' and actor_key.id = e.actor_id
       left join auth.services actor_service on e.actor_type = 'service' and actor_service.id = e.actor_id
       left join auth.organizations o on o.id = e.organization_id
       left join auth.users person on person.id = e.target
       left join auth.api_keys key on key.id = e.target
       left join auth.services service on service.id = e.target
       left join auth.organizations target_organization on target_organization.id = e.target
      order by e.id ${direction}`,
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

interface ActorRow {
  readonly actor_id: string;
  readonly name: string | null;
}

/** Who made the newest changes, the latest first. */
export const listAuthActors = async (
  { pool }: AuthDatabase,
  organizationId: string | undefined,
  { events, actors }: { readonly events: number; readonly actors: number },
): Promise<ActorRow[]> => {
  const { rows } = await pool.query<ActorRow>(
    `select a.actor_id, coalesce(${personName("u")}, k.name, s.name) as name
       from (select actor_id, max(id) as last
               from (select id, actor_id from auth.audit_events where ($1::text is null or organization_id = $1) order by id desc limit $2) newest
              where actor_id is not null group by actor_id) a
       left join auth.users u on u.id = a.actor_id left join auth.api_keys k on k.id = a.actor_id left join auth.services s on s.id = a.actor_id
      order by a.last desc limit $3`,
    [organizationId ?? null, events, actors],
  );
  return rows;
};
