import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit } from "../audit/store.ts";
import { AuthError } from "../auth-error.ts";
import { parseAuthInput } from "../http/read-input.ts";
import type { IdentityContext } from "../identity-context.ts";
import { organizationNamed } from "../organizations/organization-named.ts";
import { lockOrganization } from "../organizations/store.ts";
import { PutUnregisteredAppsInput } from "./manage-unregistered-apps.ts";
import { findUnregisteredApps, putUnregisteredApps } from "./store.ts";
import type { UnregisteredApps } from "./unregistered-apps.ts";

/** What an operator at the console says of an organization, by id or slug. */
export interface ConsoleUnregisteredApps extends UnregisteredApps {
  readonly organization: string;
  /** The name of whoever acts. */
  readonly by: string;
}

/** Which apps without a registration organizations let in, by the operators' command line. */
export interface UnregisteredAppsConsole {
  readonly read: (organization: string) => Promise<UnregisteredApps>;
  readonly change: (said: ConsoleUnregisteredApps) => Promise<UnregisteredApps>;
}

export const createUnregisteredAppsConsole = ({ db, clock }: IdentityContext): UnregisteredAppsConsole => {
  const read = async (organization: string): Promise<UnregisteredApps> => {
    const found = await findUnregisteredApps(db, (await organizationNamed(db, organization)).id);
    if (!found) throw new AuthError("organization_not_found");
    return found;
  };
  return {
    read,
    change: async ({ organization, by, policy, hosts }) => {
      const input = parseAuthInput(PutUnregisteredAppsInput, { policy, hosts });
      const { id } = await organizationNamed(db, organization);
      const now = new Date(clock.now());
      await inTransaction(db.pool, async (client) => {
        await lockOrganization(client, id);
        await putUnregisteredApps(client, id, input, { by, now });
        await recordAudit(
          client,
          {
            actorType: "system",
            actorId: by,
            organizationId: id,
            action: "unregistered-apps.update",
            target: id,
            details: input,
          },
          now,
        );
      });
      return read(id);
    },
  };
};
