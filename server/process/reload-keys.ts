import { rewrapAll } from "../domain/credentials/index.ts";
import { holdKeys } from "../platform/crypto/index.ts";
import type { Env } from "../platform/env.ts";
import type { Logger } from "../platform/logger.ts";
import { readGeneratedSecrets } from "../platform/secrets-file.ts";
import type { LiveConfig } from "./live-config.ts";
import { openManagement } from "./seed-management.ts";
import { secretsOf } from "./secrets-of.ts";

interface ReloadKeys {
  readonly env: Env;
  readonly dataDir: string;
  readonly live: LiveConfig;
  readonly log: Logger;
}

const passes = 3;
const betweenPassesMs = 1_000;

/** The keys come from the data folder, where a new one may be put while the product runs. */
export const keysComeFromFile = ({ NODE_ENV, NEXUS_ENCRYPTION_KEYS }: Env): boolean =>
  NODE_ENV !== "production" && NEXUS_ENCRYPTION_KEYS === undefined;

/**
 * Reads the key-encryption keys again, gives them to every gateway process, and brings stored secrets under the first.
 * A process that fails, or does not answer, leaves the secrets where all can open them.
 */
export const createKeyReload = ({ env, dataDir, live, log }: ReloadKeys): (() => Promise<void>) => {
  const { databaseUrl, encryptionKeys: first } = live.current();
  let current = first ?? "";

  const tell = (encryptionKeys: string): Promise<void> => live.change({ encryptionKeys });
  const rewrap = async (): Promise<void> => {
    const secrets = { ...(await secretsOf(env, dataDir)), encryptionKeys: current };
    const management = await openManagement({ databaseUrl, env, secrets, sandbox: undefined, log });
    try {
      let total = 0;
      for (let pass = 1; ; pass += 1) {
        // Rows locked by a change under way are passed over, and taken the next time.
        const { rewrapped, broken, remaining } = await rewrapAll(management.deps);
        total += rewrapped;
        const movable = remaining.filter(({ known }) => known).reduce((sum, { secrets }) => sum + secrets, 0);
        if (movable <= broken.length || pass === passes) {
          log.info({ rewrapped: total, broken, remaining }, "encryption keys reloaded, stored secrets rewrapped");
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, betweenPassesMs));
      }
    } finally {
      await management.close();
    }
  };
  const reload = async (): Promise<void> => {
    if (!keysComeFromFile(env)) {
      log.warn("encryption keys come from NEXUS_ENCRYPTION_KEYS: restart the processes to change them");
      return;
    }
    const { encryptionKeys: next } = await readGeneratedSecrets(dataDir);
    holdKeys(next);
    if (next !== current) {
      const [sealing = "", ...older] = current.split(",");
      const entries = next.split(",");
      if (!entries.includes(sealing)) throw new Error("the key in use is missing from the new list of encryption keys");
      // Known to all before the first one seals under it: no process meets a secret it cannot open.
      await tell([sealing, ...older, ...entries].filter((entry, at, all) => all.indexOf(entry) === at).join(","));
      await tell(next);
      current = next;
    }
    await rewrap();
  };

  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last
      .then(reload)
      .catch((error: unknown) =>
        log.error({ err: error }, "encryption keys not reloaded, or not all stored secrets rewrapped"),
      );
    return last;
  };
};
