import type pg from "pg";

/** The organization, where it may use the service. */
export const findServedOrganization = async (
  tx: pg.PoolClient,
  {
    organizationId,
    serviceId,
    now,
  }: { readonly organizationId: string; readonly serviceId: string; readonly now: Date },
): Promise<{ readonly name: string } | undefined> => {
  const { rows } = await tx.query<{ name: string }>(
    `select o.name from auth.organizations o join auth.organization_service_access a on a.organization_id = o.id
      where o.id = $1 and a.service_id = $2 and a.enabled and (a.expires_at is null or a.expires_at > $3) for share of a`,
    [organizationId, serviceId, now],
  );
  return rows[0];
};

interface Told {
  /** Of what is told. */
  readonly id: string;
  readonly serviceId: string;
  readonly organizationId: string;
  readonly action: string;
  readonly target: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string;
  readonly now: Date;
}

/** Writes down what a service told; false where it was told before. */
export const recordTold = async (tx: pg.PoolClient, told: Told): Promise<boolean> => {
  const { id, serviceId, organizationId, action, target, details, requestId, now } = told;
  const { rowCount } = await tx.query(
    `insert into auth.audit_events (id, occurred_at, actor_type, actor_id, organization_id, action, target, outcome, request_id, details)
     values ($1, $2, 'service', $3, $4, $5, $6, 'success', $7, $8) on conflict do nothing`,
    [
      `aud_${id.replaceAll("-", "")}`,
      now,
      serviceId,
      organizationId,
      action,
      target,
      requestId,
      JSON.stringify({ ...details, toldBy: serviceId }),
    ],
  );
  return rowCount === 1;
};

/** The address of an active member. */
export const findMemberAddress = async (
  tx: pg.PoolClient,
  organizationId: string,
  userId: string,
): Promise<string | undefined> => {
  const { rows } = await tx.query<{ email: string }>(
    `select u.email from auth.organization_memberships m join auth.users u on u.id = m.user_id
      where m.organization_id = $1 and u.id = $2 and m.status = 'active' and u.status = 'active' and u.email_verified_at is not null`,
    [organizationId, userId],
  );
  return rows[0]?.email;
};

const mostAdministrators = 50;

/** Owners and administrators with a verified address. */
export const findAdministratorAddresses = async (
  tx: pg.PoolClient,
  organizationId: string,
): Promise<readonly string[]> => {
  const { rows } = await tx.query<{ email: string }>(
    `select distinct u.email from auth.organization_memberships m join auth.users u on u.id = m.user_id
      where m.organization_id = $1 and m.status = 'active' and u.status = 'active' and u.email_verified_at is not null
        and m.role in ('owner', 'super_admin', 'admin', 'platform_super_admin', 'platform_admin')
      order by u.email limit $2`,
    [organizationId, mostAdministrators],
  );
  return rows.map(({ email }) => email);
};
