import { existsSync } from "node:fs";
import { join } from "node:path";
import { connect } from "../platform/db/connect.ts";
import type { Env } from "../platform/env.ts";
import { findGeneratedSecrets, makeSecrets, secretsFileOf, type GeneratedSecrets } from "../platform/secrets-file.ts";
import { StartError } from "./explain-start-error.ts";

const settingOf = {
  encryptionKeys: "NEXUS_ENCRYPTION_KEYS",
  authEncryptionKey: "AUTH_ENCRYPTION_KEY",
  tokenPepper: "NEXUS_TOKEN_PEPPER",
  dashboardSecret: "NEXTAUTH_SECRET",
} as const satisfies Record<keyof GeneratedSecrets, keyof Env>;

type SecretName = keyof GeneratedSecrets;

/** Tables of which every row was made with the secret. */
const sealedBy: Readonly<Record<SecretName, readonly string[]>> = {
  encryptionKeys: ["nexus.provider_credentials", "nexus.api_keys"],
  tokenPepper: ["nexus.service_token"],
  authEncryptionKey: ["auth.signing_keys"],
  dashboardSecret: [],
};

const holdsRows = async (connectionString: string, tables: readonly string[]): Promise<boolean> => {
  const { client, close } = await connect({
    connectionString,
    applicationName: "nexus-start",
    statementTimeoutMs: 5_000,
    connectTimeoutMs: 5_000,
  });
  try {
    for (const table of tables) {
      const found = await client.query<{ there: boolean }>("select to_regclass($1) is not null as there", [table]);
      if (found.rows[0]?.there === true && (await client.query(`select from ${table} limit 1`)).rowCount !== 0)
        return true;
    }
    return false;
  } finally {
    await close();
  }
};

/** The database that is sealed already with one of the secrets, in words; undefined for a first start. */
const sealedDatabase = async (env: Env, dataDir: string, names: readonly SecretName[]): Promise<string | undefined> => {
  const folder = join(dataDir, "postgres");
  // The secrets are written before the cluster is made: where it is there, they were.
  if (existsSync(join(folder, "PG_VERSION"))) return `the database in ${folder}`;
  const tables = names.flatMap((name) => sealedBy[name]);
  for (const setting of ["DATABASE_URL", "AUTH_DATABASE_URL"] as const) {
    const url = env[setting];
    if (url !== undefined && (await holdsRows(url, tables))) return `the database at ${setting}`;
  }
  return undefined;
};

const missing = (database: string, dataDir: string, names: readonly string[]): StartError =>
  new StartError(
    `${secretsFileOf(dataDir)} is missing, and ${database} was sealed with the secrets in it. New ones would open nothing of it, so none were made. ` +
      `Restore the file from a backup, or from where the folder was copied; or set ${names.join(", ")} to the values it was used with. ` +
      "If they are lost, so are the stored vendor keys, tokens and sign-ins: move the data folder away, and use an empty database, to start afresh.",
  );

const secretNames = ["encryptionKeys", "authEncryptionKey", "tokenPepper", "dashboardSecret"] as const;

const settingsOf = (env: Env): Partial<GeneratedSecrets> =>
  Object.fromEntries(
    secretNames.flatMap((name) => (env[settingOf[name]] === undefined ? [] : [[name, env[settingOf[name]]]])),
  );

const none: GeneratedSecrets = { encryptionKeys: "", authEncryptionKey: "", tokenPepper: "", dashboardSecret: "" };

/** Which parts of the product are started here: the secrets of others are not asked for. */
export type SecretsFor = "all" | "auth";

const isUsed = (name: SecretName, env: Env, parts: SecretsFor): boolean =>
  name === "authEncryptionKey" ? env.TOPOLO_AUTH_URL === undefined : name === "dashboardSecret" || parts === "all";

/**
 * The secrets of this installation: the operator's, and outside production those of the data folder. Undefined before the
 * first start; throws where they were made and are not there, or not whole.
 */
export const findSecrets = async (
  env: Env,
  dataDir: string,
  parts: SecretsFor = "all",
): Promise<GeneratedSecrets | undefined> => {
  const given = settingsOf(env);
  const wanted = secretNames.filter((name) => !(name in given));
  // In production nothing is made up: a missing one was refused with the configuration.
  if (env.NODE_ENV === "production" || wanted.length === 0) return { ...none, ...given };
  const found = await findGeneratedSecrets(dataDir);
  if (found !== undefined) return { ...found, ...given };
  const used = wanted.filter((name) => isUsed(name, env, parts));
  const database = await sealedDatabase(env, dataDir, used);
  if (database === undefined) return undefined;
  throw missing(
    database,
    dataDir,
    used.map((name) => settingOf[name]),
  );
};

/** The same, made on the first start. */
export const secretsOf = async (env: Env, dataDir: string, parts: SecretsFor = "all"): Promise<GeneratedSecrets> =>
  (await findSecrets(env, dataDir, parts)) ?? { ...(await makeSecrets(dataDir)), ...settingsOf(env) };
