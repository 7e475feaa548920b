import type { InvitationRow } from "./store.ts";

/** An invitation as its organization sees it; the link is in the mail alone. */
export const invitationAnswer = (row: InvitationRow, now: number) => ({
  id: row.id,
  organizationId: row.organization_id,
  // Whoever was invited by id tells their address by accepting.
  email: row.user_id === null ? row.email : null,
  userId: row.user_id,
  role: row.role,
  status: row.status,
  expired: row.status === "pending" && row.expires_at.getTime() <= now,
  invitedBy: row.invited_by,
  createdAt: row.created_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
});
