import type { Command } from "commander";
import { operatorAtConsole } from "./operator-at-console.ts";
import type { Terminal } from "./terminal.ts";
import { withOperatorIdentity } from "./with-operator-identity.ts";

interface Recover {
  readonly reason: string;
}

/** `nexus users recover`: gives an account back to its owner. */
export const userCommands = (program: Command, { withOperator, say }: Terminal): void => {
  const users = program.command("users").description("accounts of people");

  users
    .command("recover <email-or-id>")
    .description("drop every way into an account, its password too, and mail its owner a link for a new one")
    .requiredOption("--reason <text>", "how the person showed who they are; kept in the audit trail")
    .action((account: string, { reason }: Recover) =>
      withOperator((operator) =>
        withOperatorIdentity(operator, async (identity) => {
          const { email, dropped } = await identity.recoverAccount({
            account,
            reason,
            by: operatorAtConsole().actor.name,
          });
          const gone = Object.entries(dropped)
            .filter(([, count]) => count > 0)
            .map(([kind, count]) => `${kind}: ${count}`);
          say(`Nothing opens the account of ${email} any more. A link for a new password goes to that address.`);
          if (gone.length > 0) say(`Dropped: ${gone.join(", ")}.`);
          if (!operator.running) say("Start Topolo Nexus (npm start): it sends the e-mail.");
        }),
      ),
    );
};
