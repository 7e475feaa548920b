import type { OrganizationRow } from "./store.ts";

/** An organization as its people see it. */
export const organizationAnswer = (row: OrganizationRow) => ({
  id: row.id,
  slug: row.slug,
  name: row.name,
  kind: row.kind,
  status: row.status,
  statusReason: row.status_reason,
  maxKeyTtlDays: row.max_key_ttl_days,
  admittedAt: row.admitted_at?.toISOString() ?? null,
  admissionLimitNanos: row.admission_limit_nanos === null ? null : String(row.admission_limit_nanos),
  createdAt: row.created_at.toISOString(),
});
