import { keyringState, type CredentialDeps } from "../domain/credentials/index.ts";
import type { Env } from "../platform/env.ts";
import { secretsFileOf } from "../platform/secrets-file.ts";
import { StartError } from "./explain-start-error.ts";
import { keysComeFromFile } from "./reload-keys.ts";

/** Whole secrets, of another installation than the database. */
export const foreignSecrets = (where: string, what: string, older: string, cause?: unknown): StartError =>
  new StartError(
    `The keys in ${where} are not those under which ${what} were sealed: they come from another installation, or from before a rotation. Nothing was changed. ` +
      `Put back those that belong to this database (${older} takes older ones beside the new); or start afresh with an empty database and a new data folder.`,
    { cause },
  );

/** Refuses keys from the data folder of which none opens anything. Those in a setting start a product that is sealed. */
export const requireFittingKeys = async (deps: CredentialDeps, env: Env, dataDir: string): Promise<void> => {
  if (!keysComeFromFile(env)) return;
  const { state, keys } = await keyringState(deps.db.pool, deps.secretBox);
  if (state !== "sealed" || keys.length === 0) return;
  const count = keys.reduce((sum, { secrets }) => sum + secrets, 0);
  const names = keys.map(({ keyId }) => keyId).join(", ");
  throw foreignSecrets(secretsFileOf(dataDir), `${count} stored vendor secrets (${names})`, "NEXUS_ENCRYPTION_KEYS");
};
