import type { MembershipRow } from "./store.ts";

/** A member as those see them who administer the organization. */
export const memberAnswer = (row: MembershipRow) => ({
  organizationId: row.organization_id,
  userId: row.user_id,
  role: row.role,
  status: row.status,
  active: row.status === "active" && row.user_status === "active",
  email: row.email,
  name: row.name,
  pictureUrl: row.picture_url,
  joinedAt: row.created_at.toISOString(),
});
