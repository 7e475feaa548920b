import type { OrganizationOperatorContext } from "../../contracts/operator.ts";
import { mailboxOf } from "../../contracts/email/mailbox.ts";
import { NexusError } from "../../errors.ts";
import type { Deps } from "../../platform/deps.ts";
import { auditedChange } from "../audit/index.ts";
import { deleteEmailSender, insertEmailSender, selectEmailSenders, type EmailSenderRow } from "./store.ts";

/** A domain as it stands in addresses that are sent; throws INVALID_INPUT for what is none. */
const domainOf = (text: string): string => {
  const address = mailboxOf(`a@${text}`);
  if (address !== undefined) return address.slice(2);
  throw new NexusError("INVALID_INPUT", { issues: [{ field: "domain", expected: "a domain such as example.com" }] });
};

/** Lets an organization send mail for a domain where the platform's credentials pay. Says whether it is new. */
export const addEmailSender = (
  deps: Deps,
  ctx: OrganizationOperatorContext,
  domain: string,
): Promise<{ readonly domain: string; readonly added: boolean }> =>
  auditedChange(deps, ctx, async (tx, audit) => {
    const { organizationId, actor } = ctx;
    const named = domainOf(domain);
    const row = { organizationId, domain: named, addedBy: actor.name, addedAt: new Date(deps.clock.now()) };
    const added = await insertEmailSender(tx, row);
    await audit({ action: "email.sender.add", target: named, details: { organizationId, added } });
    return { domain: named, added };
  });

export const removeEmailSender = (deps: Deps, ctx: OrganizationOperatorContext, domain: string): Promise<void> =>
  auditedChange(deps, ctx, async (tx, audit) => {
    const named = domainOf(domain);
    if (!(await deleteEmailSender(tx, ctx.organizationId, named)))
      throw new NexusError("NOT_FOUND", { message: `The organization was not let send for ${named}.` });
    await audit({ action: "email.sender.remove", target: named, details: { organizationId: ctx.organizationId } });
  });

export const listEmailSenders = (deps: Deps, organizationId: string): Promise<EmailSenderRow[]> =>
  selectEmailSenders(deps.db.pool, organizationId);
