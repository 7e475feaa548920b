import type { Command } from "commander";
import { CliError } from "./cli-error.ts";
import type { Terminal } from "./terminal.ts";
import { withOperatorIdentity } from "./with-operator-identity.ts";

/** `nexus bootstrap`: the link that makes the first administrator. */
export const bootstrapCommand = (program: Command, { withOperator, say }: Terminal): void => {
  program
    .command("bootstrap")
    .description("a new link that creates the first administrator")
    .action(() =>
      withOperator((operator) =>
        withOperatorIdentity(operator, async (identity) => {
          const link = await identity.issueBootstrapLink();
          if (link === undefined)
            throw new CliError(
              "The first administrator exists: no other can be made this way. Ask them for an invitation.",
            );
          say(link.url);
          say(`\nValid once, until ${link.expiresAt.toISOString()}; links made before no longer work.`);
          if (!operator.running) say("Start Topolo Nexus (npm start) before you open it.");
        }),
      ),
    );
};
