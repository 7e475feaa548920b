import type pg from "pg";

export interface TemplateRow {
  readonly name: string;
  readonly version: number;
  readonly subject: string;
  readonly text: string | null;
  readonly html: string | null;
  readonly variables: readonly string[];
  readonly createdBy: string;
  readonly createdAt: Date;
}

const heads = `t.name, t.version, t.subject, t.variables, t.created_by as "createdBy", t.created_at as "createdAt"`;
const columns = `${heads}, t.text, t.html`;
/** A template that was removed has a last version that says nothing. */
const isThere = `not exists (select from nexus.email_template n where n.org_id = t.org_id and n.name = t.name and n.version > t.version)
                 and t.subject is not null`;

/** The newest version, or one of a template that is still there. */
export const selectTemplate = async (
  db: pg.Pool | pg.PoolClient,
  organizationId: string,
  name: string,
  version: number | undefined,
): Promise<TemplateRow | undefined> => {
  const { rows } = await db.query<TemplateRow>(
    version === undefined
      ? `select ${columns} from nexus.email_template t where t.org_id = $1 and t.name = $2 and ${isThere}`
      : `select ${columns} from nexus.email_template t where t.org_id = $1 and t.name = $2 and t.version = $3 and t.subject is not null
            and exists (select from nexus.email_template t where t.org_id = $1 and t.name = $2 and ${isThere})`,
    version === undefined ? [organizationId, name] : [organizationId, name, version],
  );
  return rows[0];
};

/** The newest of each, by name. */
export const selectTemplates = async (
  db: pg.Pool | pg.PoolClient,
  organizationId: string,
): Promise<Omit<TemplateRow, "text" | "html">[]> => {
  const { rows } = await db.query<Omit<TemplateRow, "text" | "html">>(
    `select ${heads} from nexus.email_template t where t.org_id = $1 and ${isThere} order by t.name`,
    [organizationId],
  );
  return rows;
};

/** One writer of an organization's templates at a time. */
export const lockTemplates = async (tx: pg.PoolClient, organizationId: string): Promise<void> => {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('email_template ' || $1, 0))", [organizationId]);
};

interface NewVersion {
  readonly organizationId: string;
  readonly name: string;
  /** Null: it is removed. */
  readonly source: Pick<TemplateRow, "subject" | "text" | "html"> | null;
  readonly variables: readonly string[];
  readonly createdBy: string;
  /** Older versions are dropped. */
  readonly keep: number;
}

export const insertTemplateVersion = async (tx: pg.PoolClient, row: NewVersion): Promise<number> => {
  const { organizationId, name, source, variables, createdBy, keep } = row;
  const { rows } = await tx.query<{ version: number }>(
    `insert into nexus.email_template (org_id, name, version, subject, text, html, variables, created_by)
     select $1, $2, coalesce(max(t.version), 0) + 1, $3, $4, $5, $6, $7 from nexus.email_template t where t.org_id = $1 and t.name = $2
     returning version`,
    [organizationId, name, source?.subject ?? null, source?.text ?? null, source?.html ?? null, variables, createdBy],
  );
  const version = rows[0]?.version ?? 0;
  await tx.query("delete from nexus.email_template where org_id = $1 and name = $2 and version <= $3", [
    organizationId,
    name,
    version - keep,
  ]);
  return version;
};
