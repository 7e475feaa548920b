import { inTransaction } from "../../../platform/db/transaction.ts";
import { AuthError } from "../../auth-error.ts";
import { lockOrganization, type LockedOrganization } from "../../organizations/store.ts";
import type { ScimExchange } from "./scim-answer.ts";
import { ScimError } from "./scim-error.ts";

/** Runs a change by the directory with the organization's row held, so that changes of its people come one by one. */
export const inDirectory = async <T>(
  { context, organizationId }: ScimExchange,
  work: (held: LockedOrganization) => Promise<T>,
): Promise<T> => {
  try {
    const made = await inTransaction(context.db.pool, async (client) => {
      const organization = await lockOrganization(client, organizationId);
      if (organization?.status !== "active") throw new ScimError(403, "The organization is not active.");
      return work({ client, organization });
    });
    context.outbox.flush();
    return made;
  } catch (error) {
    if (AuthError.is(error) && error.code === "last_owner")
      throw new ScimError(409, "The organization's last owner cannot be removed by its directory.", "mutability");
    throw error;
  }
};
