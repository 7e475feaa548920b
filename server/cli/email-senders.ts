import type { Command } from "commander";
import { addEmailSender, listEmailSenders, removeEmailSender } from "../domain/email/index.ts";
import { operatorAtConsole } from "./operator-at-console.ts";
import { organizationOf } from "./organization-of.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

interface Of {
  readonly org: string;
}

/** `nexus email-senders list|add|remove`: for which domains an organization may send where the platform pays. */
export const emailSenderCommands = (program: Command, { withOperator, say }: Terminal): void => {
  const senders = program
    .command("email-senders")
    .description("domains that organizations may send mail for with the platform's credentials");

  senders
    .command("list")
    .description("the domains of an organization")
    .requiredOption("--org <slug-or-id>", "organization")
    .action(({ org }: Of) =>
      withOperator(async (operator) => {
        const rows = await listEmailSenders(operator.deps, await organizationOf(operator, org));
        const cells = rows.map(({ domain, addedBy, addedAt }) => [domain, addedBy, addedAt.toISOString().slice(0, 10)]);
        say(rows.length === 0 ? "None." : table(["DOMAIN", "BY", "SINCE"], cells));
      }),
    );

  senders
    .command("add <domain>")
    .description("let an organization send for a domain, once it has shown that the domain is its own")
    .requiredOption("--org <slug-or-id>", "organization")
    .action((domain: string, { org }: Of) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
        const { domain: named, added } = await addEmailSender(operator.deps, ctx, domain);
        say(added ? `It may send for ${named} from now on.` : `It could send for ${named} already.`);
      }),
    );

  senders
    .command("remove <domain>")
    .description("from now on the organization does not send for the domain with the platform's credentials")
    .requiredOption("--org <slug-or-id>", "organization")
    .action((domain: string, { org }: Of) =>
      withOperator(async (operator) => {
        const ctx = { ...operatorAtConsole(), organizationId: await organizationOf(operator, org) };
        await removeEmailSender(operator.deps, ctx, domain);
        say(`It no longer sends for ${domain} with the platform's credentials.`);
      }),
    );
};
