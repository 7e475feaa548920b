import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import { rewrapAll, type Rewrapped } from "../domain/credentials/index.ts";
import { openKeyring } from "../platform/crypto/index.ts";
import { addEncryptionKey, generatedSecrets } from "../platform/secrets-file.ts";
import type { Operator } from "./open-operator.ts";
import type { Terminal } from "./terminal.ts";

const steps = (entry: string): string =>
  [
    "The key-encryption keys of this installation come from NEXUS_ENCRYPTION_KEYS. To rotate without an interruption:",
    "",
    "  1. Put this new key BEHIND the current one, in every process, and restart them one after the other:",
    "",
    `       NEXUS_ENCRYPTION_KEYS=<current>,${entry}`,
    "",
    "  2. Put it FIRST, and restart them again. The first one to start brings every stored secret under it:",
    "",
    `       NEXUS_ENCRYPTION_KEYS=${entry},<old>`,
    "",
    "  3. Wait a day, until stored answers under the old key have expired. When `npm run nexus -- doctor` shows nothing",
    "     under the old key, take it out of the setting.",
    "",
    "The key above was made just now and is stored nowhere: keep it where your secrets are kept.",
  ].join("\n");

const result = ({ rewrapped, broken, remaining }: Rewrapped): string =>
  [
    `${rewrapped} stored ${rewrapped === 1 ? "secret is" : "secrets are"} under the current key now.`,
    ...broken.map((id) => `✗ ${id} does not open: its row was edited. Store this credential again.`),
    ...remaining.map(
      ({ keyId, secrets, known }) =>
        `✗ ${secrets} still under ${keyId}${known ? "" : ", a key that is not configured: add it to NEXUS_ENCRYPTION_KEYS"}.`,
    ),
  ].join("\n");

const rotateGenerated = async ({ dataDir, ground, running }: Operator, { say, failWith }: Terminal): Promise<void> => {
  const name = await addEncryptionKey(dataDir);
  say(
    `Key ${name} was added to ${dataDir}/secrets.json as the current one; the old ones stay behind it and go on opening.`,
  );
  if (running) {
    // The gateway knows only the keys it was started with: moved under it, the secrets would be shut for it.
    say(
      `${running.what} (process ${running.pid}) is running without it. Restart it: stored secrets come under the new key at its start.`,
    );
    return;
  }
  const secretBox = openKeyring((await generatedSecrets(dataDir)).encryptionKeys);
  const done = await rewrapAll({ ...ground, secretBox }, (count) => say(`  ${count} …`));
  say(result(done));
  if (done.broken.length + done.remaining.length > 0) failWith(1);
};

/** `nexus secrets rotate`: a new key-encryption key. */
export const secretsCommands = (program: Command, terminal: Terminal): void => {
  program
    .command("secrets")
    .description("the keys under which vendor secrets are stored")
    .command("rotate")
    .description("bring stored secrets under a new key")
    .action(() =>
      terminal.withOperator(async (operator) => {
        if (operator.env.NEXUS_ENCRYPTION_KEYS === undefined) return rotateGenerated(operator, terminal);
        const name = `k${new Date(operator.ground.clock.now()).toISOString().slice(0, 10).replaceAll("-", "")}`;
        terminal.say(steps(`${name}:${randomBytes(32).toString("base64")}`));
      }),
    );
};
