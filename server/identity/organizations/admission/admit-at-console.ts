import { inTransaction } from "../../../platform/db/transaction.ts";
import { AuthError } from "../../auth-error.ts";
import type { IdentityContext } from "../../identity-context.ts";
import { organizationNamed } from "../organization-named.ts";
import { listOrganizationRows, lockOrganization, type OrganizationRow } from "../store.ts";
import { admit, withdrawAdmission } from "./store.ts";

/** What an operator at the console says of an organization, by id or slug. */
export interface ConsoleAdmission {
  readonly organization: string;
  /** Nano-USD a month; null: no limit; undefined: that of AUTH_SELF_SERVICE_BUDGET. */
  readonly limitNanos?: bigint | null;
  /** The name of whoever acts. */
  readonly by: string;
}

/** Admissions by the operators' command line, which acts for nobody who is signed in. */
export interface ConsoleAdmissions {
  readonly list: () => Promise<readonly OrganizationRow[]>;
  readonly admit: (admission: ConsoleAdmission) => Promise<OrganizationRow>;
  readonly withdraw: (admission: ConsoleAdmission) => Promise<OrganizationRow>;
}

export const createConsoleAdmissions = (context: IdentityContext): ConsoleAdmissions => {
  const change = async (
    { organization, by }: ConsoleAdmission,
    work: (...args: Parameters<typeof withdrawAdmission>) => Promise<OrganizationRow>,
  ): Promise<OrganizationRow> => {
    const { id } = await organizationNamed(context.db, organization);
    return inTransaction(context.db.pool, async (client) => {
      await lockOrganization(client, id);
      return work(client, id, { actorType: "system", actorId: by }, new Date(context.clock.now()));
    });
  };
  return {
    list: () =>
      listOrganizationRows(context.db, {
        memberId: undefined,
        after: undefined,
        search: undefined,
        admission: undefined,
        limit: 1_000,
      }),
    admit: async (admission) => {
      const limit = admission.limitNanos === undefined ? context.selfServiceBudgetNanos : admission.limitNanos;
      if (limit === undefined) throw new AuthError("admission_budget_required");
      return change(admission, (client, organizationId, by, now) => admit(client, { organizationId, limit }, by, now));
    },
    withdraw: (admission) => change(admission, withdrawAdmission),
  };
};
