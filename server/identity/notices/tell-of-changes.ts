import { inTransaction } from "../../platform/db/transaction.ts";
import type { Clock } from "../../platform/clock.ts";
import type { AuthDatabase } from "../database/store.ts";
import type { Outbox } from "../mail/outbox.ts";
import { noticeTable, type NoticeText } from "./notice-table.ts";
import { securityEmail } from "./security-email.ts";
import { findOwnerAddresses, takeNotices, type NoticeRow } from "./store.ts";

interface TellOfChanges {
  readonly db: AuthDatabase;
  readonly issuer: string;
  readonly clock: Clock;
  readonly dashboardOrigin: string | undefined;
}

const batch = 20;
const noticeMs = 7 * 24 * 3_600_000;

/** Who did it, where it was no person with an address. */
const actorWords: Partial<Record<NoticeRow["actor_type"], string>> = { api_key: "an API key", service: "a service" };

const personsOf = (
  { actor_email: actor, target_email: target }: NoticeRow,
  { personKnows }: NoticeText,
): readonly string[] => (personKnows ? [] : [...new Set([actor, target])].filter((email) => email !== null));

/**
 * Writes the mails about changes that outlive a token: to the person, and to the owners of the organization. The audit
 * event is the one source, so that no change can forget its mail. True: there may be more.
 */
export const tellOfChanges = (
  { db, issuer, clock, dashboardOrigin }: TellOfChanges,
  put: Outbox["put"],
): Promise<boolean> =>
  inTransaction(db.pool, async (client) => {
    const rows = await takeNotices(client, batch);
    for (const row of rows) {
      const notice = noticeTable[row.action];
      if (!notice) continue;
      const persons = personsOf(row, notice);
      const known = new Set([...persons, ...(notice.personKnows ? [row.actor_email] : [])]);
      const userId = row.actor_id ?? row.target_id;
      const owners = await findOwnerAddresses(client, { organizationId: row.organization_id, userId });
      const mails = [
        ...persons.map((to) => ({ to, toOwner: false })),
        ...owners.filter((to) => !known.has(to)).map((to) => ({ to, toOwner: true })),
      ];
      for (const { to, toOwner } of mails) {
        const template = securityEmail({
          text: notice.text,
          account: row.actor_email ?? actorWords[row.actor_type],
          thing: notice.toldBy === undefined ? undefined : (row.thing ?? undefined),
          organizationName: row.organization_name ?? undefined,
          toOwner,
          issuer,
          page: dashboardOrigin && notice.page && `${dashboardOrigin}${notice.page}`,
        });
        const expiresAt = new Date(clock.now() + noticeMs);
        await put(client, { kind: `security.${row.action}`, to, template, expiresAt });
      }
    }
    return rows.length === batch;
  });
