import { AuthError } from "../auth-error.ts";
import type { Caller } from "../http/steps.ts";
import { isElevated } from "../organizations/authority.ts";
import type { LiveSession } from "../validation/live-session.ts";
import type { ApiKeyRow } from "./store.ts";

/** What a person may do with the keys of the session's organization. */
export interface KeyAuthority {
  readonly userId: string;
  readonly organization: NonNullable<LiveSession["organization"]>;
  /** All keys of the organization, or the person's own. */
  readonly all: boolean;
  readonly platformBypass: boolean;
}

/** Elevated roles and platform operators act on all keys, members on their own, guests on none. */
export const keyAuthority = ({
  caller: { session },
}: {
  readonly caller: Caller;
}): { readonly authority: KeyAuthority } => {
  const { organization, role, platformBypass, user } = session;
  if (!organization || role === undefined) throw new AuthError("forbidden");
  const all = platformBypass || isElevated(role);
  if (!all && role !== "member") throw new AuthError("forbidden");
  return { authority: { userId: user.id, organization, all, platformBypass } };
};

/** Members of a suspended organization change nothing. */
export const activeOrganization = ({ authority }: { readonly authority: KeyAuthority }): void => {
  if (authority.organization.status !== "active") throw new AuthError("workspace_suspended");
};

/** Whether the key is one this person may see and end. */
export const mayHandle = (authority: KeyAuthority, key: ApiKeyRow): boolean => {
  if (authority.platformBypass) return true;
  if (key.organizationId !== authority.organization.id) return false;
  return authority.all || key.ownerUserId === authority.userId;
};
