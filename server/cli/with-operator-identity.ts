import { openIdentity, type IdentityService } from "../identity/index.ts";
import { systemClock } from "../platform/clock.ts";
import { silentLogger } from "../platform/logger.ts";
import { nexusMailOf } from "../process/auth-mail.ts";
import { selfServiceBudgetOf } from "../process/self-service-budget.ts";
import { CliError } from "./cli-error.ts";
import type { Operator } from "./open-operator.ts";

/** Topolo Auth as operators' commands change it, beside a running one or without; a remote one has operators of its own. */
export const withOperatorIdentity = async (
  { env, authUrl, secrets, addresses }: Operator,
  work: (identity: IdentityService) => Promise<void>,
): Promise<void> => {
  if (env.TOPOLO_AUTH_URL)
    throw new CliError(`Topolo Auth is a remote one: its own operators do this at ${env.TOPOLO_AUTH_URL}.`);
  const budget = selfServiceBudgetOf(env);
  const identity = await openIdentity({
    databaseUrl: authUrl,
    publicUrl: addresses.auth,
    encryptionKey: Buffer.from(secrets.authEncryptionKey, "base64"),
    previousEncryptionKeys: env.AUTH_PREVIOUS_ENCRYPTION_KEYS.map((key) => Buffer.from(key, "base64")),
    clock: systemClock,
    log: silentLogger,
    maxConnections: 2,
    // The running Auth sends it: by Nexus, by the configured server, or to the mailbox that there is outside production.
    leavesMail:
      env.AUTH_SMTP_URL !== undefined ||
      env.NODE_ENV !== "production" ||
      nexusMailOf(env, { besideNexus: true }) !== undefined,
    ...(budget === undefined ? {} : { selfServiceBudgetNanos: budget }),
  });
  try {
    await work(identity);
  } finally {
    await identity.close();
  }
};
