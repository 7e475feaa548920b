import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Pool } from "pg";
import type { ProviderDefinition } from "../../server/contracts/provider.ts";
import { createDirectory } from "../../server/assembly/create-directory.ts";
import { openAuthDirectory } from "../../server/identity/index.ts";
import type { WorkerConfig } from "../../server/assembly/worker-config.ts";
import { syncApps } from "../../server/domain/apps/index.ts";
import { seedPlatformDefaults, type CredentialDeps } from "../../server/domain/credentials/index.ts";
import { systemClock } from "../../server/platform/clock.ts";
import { openKeyring, openPepper } from "../../server/platform/crypto/index.ts";
import { openChangeFeed } from "../../server/platform/db/change-feed.ts";
import { openDatabase } from "../../server/platform/db/database.ts";
import { openPool } from "../../server/platform/db/pool.ts";
import { createEgress } from "../../server/platform/egress/index.ts";
import { readEnv } from "../../server/platform/env.ts";
import { createLogger, type Logger } from "../../server/platform/logger.ts";
import { providers } from "../../server/providers/index.ts";
import { defaultPlace, startClusterAuth, type AuthPlace, type ClusterAuth } from "./cluster-auth.ts";
import { startLine } from "./hosts/start-line.ts";
import type { Host, HostNetwork } from "./hosts/host-network.ts";
import { startGateway, type GatewayProcess, type GatewayWorker, type SourceMutation } from "./gateway-process.ts";

/** What all gateway processes of a test share: one database, one Auth, one set of vendors, one set of secrets. */
export interface Cluster {
  readonly config: WorkerConfig;
  readonly deps: CredentialDeps;
  /** Superuser access, for evidence. */
  readonly pool: Pool;
  readonly auth: ClusterAuth;
  readonly organizationId: string;
  /** A key of the organization whose calls are attributed to a registered app. */
  readonly createApiKey: (serviceId?: string) => Promise<{ readonly id: string; readonly apiKey: string }>;
  /** Starts one more gateway process; those still alive at the end are stopped. */
  readonly startGateway: (
    overrides?: Partial<WorkerConfig>,
    clockOffsetMs?: number,
    clockFile?: string,
    host?: Host,
  ) => Promise<GatewayProcess>;
  /** Log files of all parts. */
  readonly logDir: string;
  readonly close: () => Promise<void>;
}

interface OpenCluster {
  readonly databaseUrl: string;
  /** Auth's own, where that is to survive the gateway's; the same one otherwise. */
  readonly authDatabaseUrl?: string;
  readonly authPlace?: AuthPlace;
  readonly dataDir: string;
  /** Where logs go; below `dataDir` otherwise. */
  readonly logDir?: string;
  /** Base URLs by vendor, all on one host and port. */
  readonly vendors: Readonly<Record<string, string>>;
  /** The platform's key at each vendor. */
  readonly vendorKey?: string;
  /** The platform's credentials where they are more, or less, than a key. */
  readonly secrets?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly overrides?: Partial<WorkerConfig>;
  /** Breaks the product in its gateway processes. */
  readonly mutation?: SourceMutation | undefined;
  readonly worker?: GatewayWorker | undefined;
  /** Beside the product's own. */
  readonly providers?: ReadonlyMap<string, ProviderDefinition>;
  /** Gateways run on hosts of this network, and reach Auth at its own address. */
  readonly network?: HostNetwork | undefined;
}

const key = (): string => randomBytes(32).toString("base64");

/** A registered app. */
export const appId = "srv_roadmapper";

/** The seeded organization of Topolo itself. */
const organizationId = "org_topolo";

const openAuthAndDeps = async (
  databaseUrl: string,
  authDatabaseUrl: string,
  log: Logger,
  allow: readonly string[],
  secrets: { readonly keys: string; readonly pepper: string },
  more: ReadonlyMap<string, ProviderDefinition>,
) => {
  const db = openDatabase({ connectionString: databaseUrl, log, maxConnections: 2 });
  const feed = await openChangeFeed({ connectionString: databaseUrl, log });
  const egress = createEgress({ allow, log, clock: systemClock });
  // Straight from its database: Auth itself comes and goes in these runs.
  const auth = await openAuthDirectory({ databaseUrl: authDatabaseUrl, log });
  const deps: CredentialDeps = {
    db,
    feed,
    clock: systemClock,
    log,
    secretBox: openKeyring(secrets.keys),
    pepper: openPepper(secrets.pepper),
    vendors: new Map([...providers, ...more]),
    checkBaseUrl: egress.check,
    platformSuperAdminUserId: undefined,
    directory: createDirectory({ auth }),
  };
  const close = async (): Promise<void> => {
    await Promise.all([feed.close(), egress.close(), auth.close()]);
    await db.close();
  };
  return { deps, close };
};

/** Opens everything but the gateways, on a migrated database. */
export const openCluster = async ({
  databaseUrl,
  authDatabaseUrl = databaseUrl,
  authPlace = defaultPlace,
  dataDir,
  logDir = join(dataDir, "logs"),
  vendors,
  vendorKey = "sk-platform",
  secrets: secretOf = {},
  overrides,
  mutation,
  worker,
  providers: more = new Map(),
  network,
}: OpenCluster): Promise<Cluster> => {
  await mkdir(logDir, { recursive: true });
  const log = createLogger({ name: "cluster", level: "debug", destination: join(logDir, "cluster.log") });
  const auth = await startClusterAuth(
    authPlace,
    authDatabaseUrl,
    createLogger({ name: "auth", level: "debug", destination: join(logDir, "auth.log") }),
  );
  const authLine = network && (await startLine(`http://127.0.0.1:${auth.port}`, network.authAddress));
  const authUrl = authLine?.url ?? `http://127.0.0.1:${auth.port}`;
  const egressAllow = [...new Set([...Object.values(vendors), authUrl].map((url) => new URL(url).host))];
  const secrets = { keys: `k1:${key()}`, pepper: key() };
  const { deps, close } = await openAuthAndDeps(databaseUrl, auth.databaseUrl, log, egressAllow, secrets, more);
  await seedPlatformDefaults(
    deps,
    new Map(
      Object.entries(vendors).map(([vendor, baseUrl]) => [
        vendor,
        { secret: secretOf[vendor] ?? { apiKey: vendorKey }, baseUrl },
      ]),
    ),
  );
  // A gateway reads the catalog for itself soon after its start; calls are made at once.
  await syncApps(deps, [{ id: appId, name: "Roadmapper", kind: "app" }]);
  const pool = openPool({
    connectionString: databaseUrl,
    schema: "nexus",
    maxConnections: 3,
    applicationName: "evidence",
    log,
  });
  const config: WorkerConfig = {
    databaseUrl,
    redisUrl: undefined,
    port: 0,
    host: "127.0.0.1",
    reusePort: false,
    publicUrl: "http://127.0.0.1",
    authUrl,
    authClientSecret: await auth.createServiceClientSecret("srv_nexus"),
    authCacheMs: readEnv({}).NEXUS_AUTH_CACHE_MS,
    encryptionKeys: secrets.keys,
    tokenPepper: secrets.pepper,
    platformSuperAdminUserId: undefined,
    egressAllow,
    callTimeoutMs: 20_000,
    backgroundTimeoutMs: 20_000,
    drainTimeoutMs: 5_000,
    uncertainSettleAfterMs: 300_000,
    orphanAfterMs: 30_000,
    requireDurability: true,
    dashboardPort: undefined,
    metricsToken: undefined,
    logLevel: "info",
    logFile: undefined,
    dataDir: undefined,
    ...overrides,
  };
  const gateways: GatewayProcess[] = [];
  let made = 0;
  return {
    config,
    deps,
    pool,
    auth,
    organizationId,
    logDir,
    createApiKey: (serviceId) =>
      auth.createOrganizationApiKey({
        organizationId,
        name: "Fault test",
        scopes: ["srv_nexus.ai", "srv_nexus.usage"],
        ...(serviceId === undefined ? {} : { serviceId }),
      }),
    startGateway: async (more, clockOffsetMs = 0, clockFile, host) => {
      made += 1;
      const gateway = await startGateway({
        config: { ...config, ...(host && { host: host.address }), ...more },
        outputFile: join(logDir, `gateway-${made}.log`),
        clockOffsetMs,
        clockFile,
        mutation,
        worker,
        host,
      });
      gateways.push(gateway);
      return gateway;
    },
    close: async () => {
      await Promise.all(gateways.filter((gateway) => gateway.alive()).map((gateway) => gateway.stop()));
      await close();
      await pool.end();
      await authLine?.close();
      await auth.close();
    },
  };
};
