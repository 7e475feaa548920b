import type { PoolClient } from "pg";
import type { By } from "../organizations/members/store.ts";
import { findUnlinked, setProvisionedAccount } from "./scim/users/store.ts";
import { syncRoles } from "./sync-roles.ts";

interface AdoptMember {
  readonly organizationId: string;
  readonly userId: string;
  readonly email: string;
  readonly by: By;
  readonly now: Date;
}

/** Whoever joins by the invitation that their directory caused is the directory's person from then on. */
export const adoptMember = async (
  client: PoolClient,
  { organizationId, userId, email, by, now }: AdoptMember,
): Promise<void> => {
  const id = await findUnlinked(client, organizationId, email);
  if (id === undefined) return;
  await setProvisionedAccount(client, id, userId);
  const directory = { ...by, actorType: "system", actorId: "directory" } as const;
  await syncRoles(client, { organizationId, provisionedIds: [id], by: directory, now });
};
