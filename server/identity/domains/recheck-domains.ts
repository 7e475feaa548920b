import { inTransaction } from "../../platform/db/transaction.ts";
import { recordAudit } from "../audit/store.ts";
import type { IdentityContext } from "../identity-context.ts";
import { hasRecord, recordOf } from "./domain-record.ts";
import { noteFound, noteMissing, takeDueDomains, unverify, type DomainRow } from "./store.ts";

const dayMs = 24 * 3_600_000;
const hourMs = 3_600_000;

/** How long a record may be gone before the domain is: DNS is edited by hand. */
export const graceMs = 3 * dayMs;

const lapse = (context: IdentityContext, row: DomainRow, now: Date): Promise<void> =>
  inTransaction(context.db.pool, async (client) => {
    if (!(await unverify(client, row.id))) return;
    await recordAudit(
      client,
      {
        actorType: "system",
        organizationId: row.organization_id,
        action: "domain.lapse",
        target: row.id,
        details: { domain: row.domain },
      },
      now,
    );
  });

const recheck = async (context: IdentityContext, row: DomainRow, now: Date): Promise<void> => {
  let records: readonly string[];
  try {
    records = await context.txtRecords(recordOf(row).name);
  } catch (error) {
    // No answer says nothing about the record.
    context.log.warn({ err: error, domain: row.domain }, "the DNS of a domain did not answer");
    return;
  }
  if (hasRecord(records, row)) {
    if (row.missing_since !== null) await noteFound(context.db, row.id);
    return;
  }
  const gone = row.missing_since !== null && now.getTime() - row.missing_since.getTime() >= graceMs;
  if (gone) await lapse(context, row, now);
  else await noteMissing(context.db, row.id, now, new Date(now.getTime() - dayMs + hourMs));
};

/** Looks at verified domains once a day; one whose record stays away is no longer the organization's. */
export const recheckDomains = (context: IdentityContext) => ({
  name: "domains",
  run: async (): Promise<void> => {
    const now = new Date(context.clock.now());
    const due = await takeDueDomains(context.db, { since: new Date(now.getTime() - dayMs), now, limit: 20 });
    for (const row of due) await recheck(context, row, now);
  },
});
