import { randomBytes } from "node:crypto";
import type { Command } from "commander";
import { setTimeout as pause } from "node:timers/promises";
import { keyringState, rewrapAll, type Rewrapped } from "../domain/credentials/index.ts";
import { openKeyring } from "../platform/crypto/index.ts";
import { addEncryptionKey, readGeneratedSecrets } from "../platform/secrets-file.ts";
import type { FolderOwner } from "../process/data-folder.ts";
import { CliError } from "./cli-error.ts";
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
    "  2. Put it FIRST, and restart them again. The first one to start brings every stored secret under it; this command,",
    "     given the new setting, does so too:",
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
    ...broken.map((id) => `✗ ${id} does not open: its row was edited. A credential is to be stored again.`),
    ...remaining.map(
      ({ keyId, secrets, known }) =>
        `✗ ${secrets} still under ${keyId}${known ? "" : ", a key that is not configured: add it to NEXUS_ENCRYPTION_KEYS"}.`,
    ),
  ].join("\n");

const report = (done: Rewrapped, { say, failWith }: Terminal): void => {
  say(result(done));
  if (done.broken.length + done.remaining.length > 0) failWith(1);
};

const patienceMs = 60_000;
const pollMs = 250;

/** The gateway takes the new key to all its processes, then brings the stored secrets under it. */
const rotateRunning = async (
  { dataDir, deps }: Operator,
  running: FolderOwner,
  { say, failWith, signal }: Terminal,
): Promise<void> => {
  process.kill(running.pid, "SIGHUP");
  const secretBox = openKeyring((await readGeneratedSecrets(dataDir)).encryptionKeys);
  const deadline = Date.now() + patienceMs;
  for (let shown: number | undefined; !signal.aborted;) {
    const { keys } = await keyringState(deps.db.pool, secretBox);
    const older = keys.filter(({ keyId }) => keyId !== secretBox.currentKeyId);
    const left = older.reduce((sum, { secrets }) => sum + secrets, 0);
    if (left === 0) {
      say(
        `Every stored secret is under the current key now; ${running.what} (process ${running.pid}) went on running.`,
      );
      return;
    }
    if (Date.now() > deadline) {
      say(
        `✗ ${left} stored ${left === 1 ? "secret is" : "secrets are"} still under ${older.map(({ keyId }) => keyId).join(", ")}. ` +
          "The gateway's log says why; a restart tries again.",
      );
      failWith(1);
      return;
    }
    if (left !== shown) say(`  ${left} to go …`);
    shown = left;
    await pause(pollMs);
  }
};

const rotateGenerated = async (operator: Operator, terminal: Terminal): Promise<void> => {
  const { dataDir, deps, running } = operator;
  const { say } = terminal;
  if (running && running.reloadsKeys !== true)
    throw new CliError(
      `${running.what} (process ${running.pid}) does not take its keys from ${dataDir}/secrets.json while it runs. ` +
        "Nothing was changed: stop it first, or rotate with the NEXUS_ENCRYPTION_KEYS it was started with.",
    );
  const name = await addEncryptionKey(dataDir);
  say(
    `Key ${name} was added to ${dataDir}/secrets.json as the current one; the old ones stay behind it and go on opening.`,
  );
  if (running) return rotateRunning(operator, running, terminal);
  const secretBox = openKeyring((await readGeneratedSecrets(dataDir)).encryptionKeys);
  const done = await rewrapAll({ ...deps, secretBox }, (count) => say(`  ${count} …`));
  report(done, terminal);
};

/** Secrets under an older key mean that the setting has a new first one; otherwise the steps to one are printed. */
const rotateConfigured = async ({ deps }: Operator, terminal: Terminal): Promise<void> => {
  const { keys } = await keyringState(deps.db.pool, deps.secretBox);
  if (keys.some(({ keyId, known }) => known && keyId !== deps.secretBox.currentKeyId))
    return report(await rewrapAll(deps, (count) => terminal.say(`  ${count} …`)), terminal);
  const name = `k${new Date(deps.clock.now()).toISOString().slice(0, 10).replaceAll("-", "")}`;
  terminal.say(steps(`${name}:${randomBytes(32).toString("base64")}`));
};

/** `nexus secrets rotate`: a new key-encryption key. */
export const secretsCommands = (program: Command, terminal: Terminal): void => {
  program
    .command("secrets")
    .description("the keys under which vendor secrets are stored")
    .command("rotate")
    .description("encrypt stored secrets under a new key")
    .action(() =>
      terminal.withOperator((operator) =>
        operator.env.NEXUS_ENCRYPTION_KEYS === undefined
          ? rotateGenerated(operator, terminal)
          : rotateConfigured(operator, terminal),
      ),
    );
};
