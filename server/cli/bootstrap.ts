import type { Command } from "commander";
import { openIdentity } from "../identity/index.ts";
import { systemClock } from "../platform/clock.ts";
import { silentLogger } from "../platform/logger.ts";
import { CliError } from "./cli-error.ts";
import type { Terminal } from "./terminal.ts";

/** `nexus bootstrap`: the link that makes the first administrator. */
export const bootstrapCommand = (program: Command, { withOperator, say }: Terminal): void => {
  program
    .command("bootstrap")
    .description("a new link that creates the first administrator")
    .action(() =>
      withOperator(async ({ env, authUrl, secrets, running, addresses }) => {
        if (env.TOPOLO_AUTH_URL)
          throw new CliError(
            `Topolo Auth is a remote one: its own administrators make accounts at ${env.TOPOLO_AUTH_URL}.`,
          );
        const identity = await openIdentity({
          databaseUrl: authUrl,
          publicUrl: addresses.auth,
          encryptionKey: Buffer.from(secrets.authEncryptionKey, "base64"),
          previousEncryptionKeys: env.AUTH_PREVIOUS_ENCRYPTION_KEYS.map((key) => Buffer.from(key, "base64")),
          clock: systemClock,
          log: silentLogger,
          maxConnections: 2,
        });
        try {
          const link = await identity.issueBootstrapLink();
          if (link === undefined)
            throw new CliError(
              "The first administrator exists: no other can be made this way. Ask them for an invitation.",
            );
          say(link.url);
          say(`\nValid once, until ${link.expiresAt.toISOString()}; links made before no longer work.`);
          if (!running) say("Start Topolo Nexus (npm start) before you open it.");
        } finally {
          await identity.close();
        }
      }),
    );
};
