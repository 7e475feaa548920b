import { createAuthMiddleware, followRevocations, type AuthTransport } from "@topolo/auth-middleware";
import { pruneDeliveries, type AlertDeps } from "../domain/alerts/index.ts";
import { appOf, syncApps } from "../domain/apps/index.ts";
import type { CredentialDeps } from "../domain/credentials/index.ts";
import type { EmailDeps } from "../domain/email/index.ts";
import { openOperationTail, tailSource, type OperationsDeps } from "../domain/operations/index.ts";
import type { PriceDeps } from "../domain/pricing/index.ts";
import { createSecretBox, holdKeys, openPepper } from "../platform/crypto/index.ts";
import { openChangeFeed } from "../platform/db/change-feed.ts";
import { followDatabaseClock } from "../platform/db/database-clock.ts";
import { openDatabase } from "../platform/db/database.ts";
import { runtimeAddress } from "../platform/db/runtime-address.ts";
import { createEgress } from "../platform/egress/index.ts";
import { newId, timeIdsBy } from "../platform/ids.ts";
import { openLedger, resolvers, startLedgerWorkers } from "../platform/ledger/index.ts";
import type { Logger } from "../platform/logger.ts";
import { createReadiness } from "../platform/readiness.ts";
import { createMetrics } from "../platform/metrics.ts";
import { providers } from "../providers/index.ts";
import type { Dispatch, PlacedDoor } from "../transport/dispatch.ts";
import { setPublicOrigin } from "../transport/error-docs.ts";
import { circuitsOf } from "./circuits-of.ts";
import { createAuthenticator } from "./create-authenticator.ts";
import { createDirectory } from "./create-directory.ts";
import { createDoors } from "./create-doors.ts";
import { documentationAt } from "./documentation-at.ts";
import type { ProviderDefinition } from "../contracts/provider.ts";
import { ownServiceId } from "../contracts/own-service.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { startQueueWorker } from "../gateway/queue-worker.ts";
import { createGateway } from "./create-gateway.ts";
import { systemLook } from "./look-at-system.ts";
import { credentialProber } from "./credential-prober.ts";
import { procedureCounts } from "./procedure-counts.ts";
import { modelCatalogue } from "./model-catalogue.ts";
import { routeExplainer } from "./route-requests.ts";
import { openRuntimeState, type RuntimeState } from "./open-runtime-state.ts";
import { openResourcePublisher } from "./publish-resources.ts";
import { readinessChecks } from "./readiness-checks.ts";
import { repeatWork } from "./repeat-work.ts";
import type { ProcedureDeps } from "../transport/trpc/procedure-deps.ts";
import { startBillingWork } from "./start-billing-work.ts";
import { batchFollowing } from "./batch-following.ts";
import { startFamilyWork } from "./start-family-work.ts";
import { openAlertSender } from "./send-alerts.ts";
import { openChangeTeller } from "./tell-auth.ts";
import type { WorkerConfig } from "./worker-config.ts";

/** A complete gateway without a listener. */
export interface Assembled {
  readonly dispatch: Dispatch;
  /** Answers 503 from readiness on; calls under way go on. */
  readonly beginDrain: () => void;
  readonly callsUnderWay: () => number;
  /**
   * Waits for the calls under way, also for those whose callers have left; what is not over by then is cut and recorded as
   * in doubt.
   */
  readonly finish: (withinMs: number) => Promise<void>;
  /** The one account that may change platform-default credentials from now on. */
  readonly setPlatformSuperAdmin: (userId: string | undefined) => void;
  /** Other key-encryption keys from now on; calls under way go on. */
  readonly reloadKeys: (encryptionKeys: string | undefined) => void;
  /** Ends workers and connections; the ledger settles what is open first. */
  readonly close: () => Promise<void>;
}

interface Assemble {
  readonly config: WorkerConfig;
  readonly log: Logger;
  /** How Auth is reached where it runs in the same process. */
  readonly authTransport?: AuthTransport;
  /** Told once, when the first paid answer has been booked. */
  readonly onFirstAnswer?: () => void;
  readonly extension?: Extension | undefined;
  /** Until then the process works for nobody: it runs no task of the deployment. At once, where it is left out. */
  readonly needed?: Promise<void>;
}

/** A family with its vendors and its API surface, beside those that are here; one that acts is tried out by it. */
export interface Extension {
  readonly vendors: ReadonlyMap<string, ProviderDefinition>;
  /** The call path, with what is added to it or put in place of a part of it. */
  readonly gateway: (own: Gateway, runtime: RuntimeState) => Gateway;
  readonly doors: (gateway: Gateway) => readonly PlacedDoor[];
}

const checkpointMs = 1_000;
const resourcesMs = 60_000;
const untoldMs = 15_000;
const alertsMs = 5_000;
const pruneAlertsMs = 3_600_000;
const appSyncMs = 60_000;

/** Builds the gateway from its parts: database, snapshots, ledger, call path, API surfaces. */
export const assemble = async ({
  config,
  log,
  authTransport,
  onFirstAnswer,
  extension,
  needed,
}: Assemble): Promise<Assembled> => {
  setPublicOrigin(config.publicUrl);
  const metrics = createMetrics();
  const connectionString = await runtimeAddress({
    connectionString: config.databaseUrl,
    schema: "nexus",
    role: "nexus_app",
    log,
  });
  const db = openDatabase({ connectionString, log });
  const clock = await followDatabaseClock({
    pool: db.pool,
    log,
    onMeasured: (aheadMs) => metrics.clockAheadSeconds.set(aheadMs / 1_000),
  });
  timeIdsBy(clock);
  const feed = await openChangeFeed({ connectionString, log });
  const egress = createEgress({ allow: config.egressAllow, log, clock });
  const pepper = openPepper(config.tokenPepper);
  const encryptionKeys = holdKeys(config.encryptionKeys);
  const secretBox = createSecretBox(encryptionKeys);
  const authAddress = config.authAddress ?? config.authUrl;
  const authOptions = {
    authUrl: authAddress,
    serviceId: ownServiceId,
    clientSecret: config.authClientSecret,
    clock,
    ...(authTransport === undefined ? {} : { transport: authTransport }),
  };
  const revocations =
    config.authCacheMs === 0
      ? undefined
      : followRevocations({
          ...authOptions,
          onInterrupted: (reason) => log.warn({ err: reason }, "revocation feed interrupted; every call asks Auth"),
        });
  const auth = createAuthMiddleware({
    ...authOptions,
    cacheMs: config.authCacheMs,
    ...(revocations === undefined ? {} : { revocations }),
  });
  const freshAuth = createAuthMiddleware(authOptions);
  let { platformSuperAdminUserId } = config;
  const vendors = extension === undefined ? providers : new Map([...providers, ...extension.vendors]);
  const deps: CredentialDeps & OperationsDeps & PriceDeps & EmailDeps & AlertDeps = {
    db,
    feed,
    clock,
    log,
    secretBox,
    pepper,
    vendors,
    checkBaseUrl: egress.check,
    egress,
    onAlertDelivery: (channel, outcome) => metrics.alertDeliveries.inc({ channel, outcome }),
    // Known only once the first administrator is there, which may be long after the start.
    get platformSuperAdminUserId() {
      return platformSuperAdminUserId;
    },
    directory: createDirectory({ auth }),
    settleReadsAfterMs: config.uncertainSettleAfterMs,
    onResolved: (by) => metrics.doubtsEnded.inc({ by }),
    onEmailEvent: ({ provider, type, accepted }) =>
      metrics.emailEvents.inc({ provider: providers.has(provider) ? provider : "other", type, accepted }),
    onEmailRefused: (by) => metrics.emailsRefused.inc({ by }),
  };
  const runtime = await openRuntimeState(deps, config.redisUrl, metrics);
  const ledger = await openLedger({
    connectionString,
    processId: newId(),
    clock,
    log,
    requireDurability: config.requireDurability,
    onResolved: (by) => metrics.doubtsEnded.inc({ by }),
  });
  for (const by of resolvers) metrics.doubtsEnded.inc({ by }, 0);
  const own = createGateway({
    deps,
    runtime,
    ledger,
    egress,
    secretBox,
    pepper,
    metrics,
    sandboxHosts: config.sandboxHosts ?? [],
    callTimeoutMs: config.callTimeoutMs,
    dashboardUrl: config.publicUrl,
    onFirstAnswer,
  });
  const gateway = extension?.gateway(own, runtime) ?? own;
  const queue = startQueueWorker({ gateway, ...(needed === undefined ? {} : { needed }) });
  const workers = await startLedgerWorkers({
    connectionString,
    ledger,
    clock,
    log,
    recovery: { silenceMs: config.orphanAfterMs, settleReadsAfterMs: config.uncertainSettleAfterMs },
    keepMonths: config.ledgerMonths ?? 0,
    ...(needed === undefined ? {} : { needed }),
  });
  const syncDirectory = async (): Promise<void> => {
    const services = (await auth.services()).filter(({ status }) => status === "active");
    await syncApps(
      deps,
      services.map(({ id, name, surface_kind, origins = [] }) => ({
        id,
        name,
        kind: surface_kind,
        origins: [...origins],
      })),
    );
  };
  // Calls attributed to an app are refused before the app is known; an Auth that is away only makes the start a bit longer.
  await syncDirectory().then(runtime.apps.refresh, (error: unknown) =>
    log.warn({ err: error }, "app directory not read"),
  );
  const routing = { clock, sandboxHosts: config.sandboxHosts ?? [] };
  const models = modelCatalogue(runtime, routing);
  const { dataDir } = config;
  const readiness = createReadiness(
    readinessChecks({ gateway, deps, metrics, authUrl: authAddress, revocations, egress, dataDir }),
    clock,
  );
  const operationTail = openOperationTail({ source: tailSource(db.pool), now: clock.now, log });
  const procedures: ProcedureDeps = {
    gateway,
    authUrl: config.authUrl,
    management: deps,
    listModels: models.list,
    probeCredential: credentialProber(gateway, vendors, metrics),
    explainRoute: routeExplainer(runtime, routing),
    lookAtSystem: systemLook({ deps, runtime, readiness, processId: ledger.processId, revocations }),
    circuitsOf: circuitsOf(runtime),
    operationTail,
    ...procedureCounts(metrics),
    policiesOf: (caller) => runtime.spending.current().of(caller),
    originsOf: (appId) => {
      if (appId === undefined) return [];
      const registered = appOf(runtime.apps.current(), appId)?.origins ?? [];
      // The dashboard's is wherever this installation is.
      return appId === ownServiceId ? [...registered, config.publicUrl] : registered;
    },
  };
  const stops = [
    repeatWork(checkpointMs, "checkpoint", log, () =>
      ledger.checkpoint(
        [...gateway.liveStreams].map(([operationId, { progress }]) => ({ operationId, ...progress() })),
      ),
    ),
    repeatWork(appSyncMs, "app directory", log, syncDirectory),
    ...startFamilyWork(gateway, deps, batchFollowing(runtime)),
    ...startBillingWork(procedures),
  ];
  const resources = openResourcePublisher({ auth: freshAuth, deps });
  stops.push(repeatWork(resourcesMs, "bindable resources", log, resources.run));
  const teller = openChangeTeller({ auth: freshAuth, deps });
  stops.push(repeatWork(untoldMs, "changes for Topolo Auth", log, teller.run));
  const alerts = openAlertSender({ auth: freshAuth, deps, dashboardUrl: config.publicUrl });
  stops.push(repeatWork(alertsMs, "alerts of budgets", log, alerts.run));
  stops.push(repeatWork(pruneAlertsMs, "alerts of long ago", log, () => pruneDeliveries(db.pool)));
  let draining = false;
  const allowedOrigins: ReadonlySet<string> = new Set(config.allowedOrigins);
  const dispatch = createDoors({
    procedures,
    gateway,
    deps,
    metrics,
    log,
    authenticator: createAuthenticator({
      auth,
      freshAuth,
      runtime,
      pepper,
      clock,
      revocations,
      publicUrl: config.publicUrl,
      lookUpTtlMs: config.authCacheMs,
      onProof: (outcome) => metrics.proofs.inc({ outcome }),
    }),
    revocations,
    models,
    authUrl: config.authUrl,
    publicUrl: config.publicUrl,
    // Without a process of their own the pages are served where the API is, if at all.
    documentation: documentationAt(config.dashboardPort ?? config.port),
    readiness,
    isDraining: () => draining,
    metricsToken: config.metricsToken,
    backgroundTimeoutMs: config.backgroundTimeoutMs,
    openCircuits: () => runtime.breaker.list(),
    hostNames: config.hostNames ?? [],
    isAppOrigin: (origin) => runtime.apps.current().origins.has(origin) || allowedOrigins.has(origin),
    packagesDir: config.packagesDir,
    more: extension?.doors(gateway) ?? [],
  });
  return {
    dispatch,
    beginDrain: () => {
      draining = true;
      queue.stop();
    },
    callsUnderWay: gateway.underWay.count,
    finish: (withinMs) => {
      // Whoever follows asks another process, which by now is where requests are sent.
      operationTail.close();
      return gateway.underWay.finish(withinMs);
    },
    setPlatformSuperAdmin: (userId) => {
      platformSuperAdminUserId = userId;
    },
    reloadKeys: encryptionKeys.reload,
    close: async () => {
      queue.stop();
      operationTail.close();
      // Calls still under way are uncertain, which is recorded while the ledger is open.
      await gateway.underWay.finish(0);
      for (const stop of stops) stop();
      await Promise.all([resources.close(), teller.close(), alerts.close()]);
      revocations?.close();
      clock.close();
      await workers.close();
      await ledger.close();
      await runtime.close();
      await Promise.all([feed.close(), egress.close()]);
      await db.close();
    },
  };
};
