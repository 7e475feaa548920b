import type { Env } from "../platform/env.ts";
import { generatedSecrets, type GeneratedSecrets } from "../platform/secrets-file.ts";

/** The secrets of this installation: the operator's, and outside production those made on the first run. */
export const secretsOf = async (env: Env, dataDir: string): Promise<GeneratedSecrets> => {
  // In production nothing is made up: a missing one was refused with the configuration.
  const generated =
    env.NODE_ENV === "production"
      ? { encryptionKeys: "", authEncryptionKey: "", tokenPepper: "", dashboardSecret: "" }
      : await generatedSecrets(dataDir);
  return {
    encryptionKeys: env.NEXUS_ENCRYPTION_KEYS ?? generated.encryptionKeys,
    authEncryptionKey: env.AUTH_ENCRYPTION_KEY ?? generated.authEncryptionKey,
    tokenPepper: env.NEXUS_TOKEN_PEPPER ?? generated.tokenPepper,
    dashboardSecret: env.NEXTAUTH_SECRET ?? generated.dashboardSecret,
  };
};
