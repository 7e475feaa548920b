import type { AlertDeps } from "../domain/alerts/index.ts";
import {
  movePlatformDefaults,
  seedPlatformDefaults,
  rewrapAll,
  type CredentialDeps,
} from "../domain/credentials/index.ts";
import { operatorNamed } from "../contracts/operator.ts";
import { noDirectory } from "../assembly/create-directory.ts";
import type { Directory, Question } from "../domain/existence/index.ts";
import { createServiceToken } from "../domain/service-tokens/index.ts";
import type { OperationsDeps } from "../domain/operations/index.ts";
import type { PriceDeps } from "../domain/pricing/index.ts";
import { systemClock } from "../platform/clock.ts";
import { openKeyring, openPepper } from "../platform/crypto/index.ts";
import { openChangeFeed } from "../platform/db/change-feed.ts";
import { openDatabase } from "../platform/db/database.ts";
import { createEgress } from "../platform/egress/index.ts";
import type { Env } from "../platform/env.ts";
import type { Logger } from "../platform/logger.ts";
import type { GeneratedSecrets } from "../platform/secrets-file.ts";
import { providers } from "../providers/index.ts";
import type { SandboxVendors } from "./start-sandbox-vendors.ts";

/** Management before any gateway process runs. */
export interface Management {
  readonly deps: CredentialDeps & OperationsDeps & PriceDeps & AlertDeps;
  /** For one organization. */
  readonly createServiceToken: (organizationId: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

interface OpenManagement {
  readonly databaseUrl: string;
  readonly env: Env;
  readonly secrets: GeneratedSecrets;
  readonly sandbox: SandboxVendors | undefined;
  readonly log: Logger;
  /** Where what exists at Auth can be asked; nothing at a start, when no Auth runs. */
  readonly directory?: Directory;
}

const firstRunPermissions = [
  "srv_nexus.ai:invoke",
  "srv_nexus.ai:read",
  "srv_nexus.email:send",
  "srv_nexus.email:read",
  "srv_nexus.payments:create",
  "srv_nexus.payments:read",
  "srv_nexus.usage:read",
];

const found = { found: true } as const;
const notFound = { found: false, others: [] } as const;

/** Opens the management side, for start-up and for the operators' command line. */
export const openManagement = async ({
  databaseUrl,
  env,
  secrets,
  sandbox,
  log,
  directory = noDirectory,
}: OpenManagement): Promise<Management> => {
  const clock = systemClock;
  const secretBox = openKeyring(secrets.encryptionKeys);
  const pepper = openPepper(secrets.tokenPepper);
  const feed = await openChangeFeed({ connectionString: databaseUrl, log });
  const db = openDatabase({ connectionString: databaseUrl, log, maxConnections: 2 });
  const allow = [...env.NEXUS_EGRESS_ALLOW, ...(sandbox?.hosts ?? [])];
  const egress = createEgress({ allow, log, clock });
  const deps: CredentialDeps & OperationsDeps & PriceDeps & AlertDeps = {
    db,
    feed,
    clock,
    log,
    secretBox,
    pepper,
    vendors: providers,
    checkBaseUrl: egress.check,
    egress,
    directory,
    settleReadsAfterMs: env.NEXUS_UNCERTAIN_SETTLE_AFTER_MS,
    // Operators at the console act as such; no person does here.
    platformSuperAdminUserId: undefined,
  };
  return {
    deps,
    createServiceToken: async (organizationId) => {
      // Auth does not answer yet; the organization is the one that this start has made.
      const known = { ...noDirectory, lookUp: async ({ id }: Question) => (id === organizationId ? found : notFound) };
      const { token } = await createServiceToken(
        { ...deps, directory: known, knownPermissions: new Set(firstRunPermissions) },
        operatorNamed("first start"),
        { label: "First run", organizations: [organizationId], permissions: firstRunPermissions },
      );
      return token;
    },
    close: async () => {
      await Promise.all([feed.close(), egress.close()]);
      await db.close();
    },
  };
};

/** Seeds platform defaults that are missing, the sandbox's last, and brings old secrets under the current key. */
export const seedManagement = async (
  { deps }: Management,
  env: Env,
  sandbox: SandboxVendors | undefined,
): Promise<void> => {
  await seedPlatformDefaults(deps, env.platformVendors);
  if (sandbox) {
    const known = new Map([...sandbox.vendors].filter(([vendor]) => providers.has(vendor)));
    await seedPlatformDefaults(deps, known);
    await movePlatformDefaults(deps, known);
  }
  await rewrapAll(deps);
};
