import { existsSync } from "node:fs";
import { join } from "node:path";
import type { WorkerConfig } from "../assembly/worker-config.ts";
import type { Env } from "../platform/env.ts";
import { projectRoot } from "../platform/own-files.ts";
import { logRotationOf } from "../platform/log-rotation.ts";
import { addressesOf } from "./addresses-of.ts";
import { sandboxIsOn } from "./sandbox-is-on.ts";
import { letAuthSend, nexusMailOf } from "./auth-mail.ts";
import { bareEnvironment } from "./bare-environment.ts";
import { holdDataFolder } from "./data-folder.ts";
import { firstRun, type FirstRun } from "./first-run.ts";
import type { Progress } from "../platform/progress.ts";
import { requireFittingKeys } from "./foreign-secrets.ts";
import { migrateDatabases, startDatabase, type Databases } from "./start-database.ts";
import { createLiveConfig, type LiveConfig } from "./live-config.ts";
import { platformSuperAdminOf, recorderOfPlatformSuperAdmin } from "./platform-super-admin.ts";
import { keepPackagesPacked } from "./keep-packages-packed.ts";
import { createKeyReload, keysComeFromFile } from "./reload-keys.ts";
import { authAddressOf } from "./own-address.ts";
import { requireFreePorts, wantedPorts } from "./require-free-ports.ts";
import type { StartContext } from "./run-process.ts";
import { secureDatabases, spendingNotice } from "./secure-databases.ts";
import { secretsOf } from "./secrets-of.ts";
import { tellOpenFiles } from "./tell-open-files.ts";
import { startAuth, type RunningAuth } from "./start-auth.ts";
import { idleMsOf, startDashboard, type Dashboard } from "./start-dashboard.ts";
import { startGateways } from "./start-gateways.ts";
import { startSandboxVendors, type SandboxVendors } from "./start-sandbox-vendors.ts";
import { openManagement, seedManagement } from "./seed-management.ts";
import { printSummary } from "./print-summary.ts";

/** Everything that runs. */
export interface Product {
  readonly stop: () => Promise<void>;
  /** Reads the key-encryption keys of the data folder again; failures are logged. */
  readonly reloadKeys: () => Promise<void>;
}

const childGraceMs = 5_000;

const originOf = (configured: string | undefined, port: number): string => configured ?? `http://localhost:${port}`;

/** Whether our own Auth's mail ends in the sandbox's mailbox. */
const mailIsCaught = (env: Env): boolean => !env.TOPOLO_AUTH_URL && !env.AUTH_SMTP_URL;

/** Brings the parts up, each with a line of progress; undoes what is up when one fails. */
export const startProduct = async ({ env, dataDir, log, logFile, progress }: StartContext): Promise<Product> => {
  // A reload is a start of its own; the launcher's moment is that of the first.
  const dev = process.env["NEXUS_DEV"] === "true";
  const began = dev ? Date.now() : Number(process.env["NEXUS_STARTED_AT"] ?? Date.now());
  const undo: (() => Promise<void>)[] = [];
  let pagesPort: number | undefined;
  let dashboard: Dashboard | undefined;
  let live: LiveConfig | undefined;
  /** Tells whoever sends requests here to send them elsewhere; they are still answered. */
  let leave = (): void => undefined;
  const stop = async (): Promise<void> => {
    leave();
    for (const step of undo.toReversed())
      await step().catch((error: unknown) => log.error({ err: error }, "a part did not stop cleanly"));
    undo.length = 0;
  };
  try {
    progress.say("\n  Topolo Nexus\n");
    const withSandbox = sandboxIsOn(env);
    const publicUrl = originOf(env.NEXUS_PUBLIC_URL, env.PORT);
    undo.push(
      await holdDataFolder(dataDir, `Topolo Nexus at ${publicUrl}`, {
        reloadsKeys: keysComeFromFile(env),
        addresses: addressesOf(env),
      }),
    );
    await requireFreePorts(wantedPorts(env));
    const secrets = await secretsOf(env, dataDir);
    await tellOpenFiles(dataDir, progress);
    const packagesDir = keepPackagesPacked(log, bareEnvironment(env));
    const gateways = startGateways({
      env,
      withStandby: !dev && env.NEXUS_STANDBY === true,
      childGraceMs,
      onNote: env.NODE_ENV === "development" ? firstAnswerTeller(began, progress) : undefined,
      log,
    });
    undo.push(gateways.stop);

    const databases: Databases = await progress.step(env.DATABASE_URL ? "Database" : "Embedded PostgreSQL 18", () =>
      startDatabase(env, dataDir, log),
    );
    undo.push(databases.stop);
    await progress.step("Migrations", () => migrateDatabases(databases, env.TOPOLO_AUTH_URL === undefined, log));
    await secureDatabases(databases, env.TOPOLO_AUTH_URL === undefined, log);
    const notice = await spendingNotice(databases.nexusUrl);
    if (notice !== undefined) {
      log.error({ alarm: "spending stopped" }, notice);
      progress.say(`  ! ${notice}`);
    }

    const sandbox: SandboxVendors | undefined = withSandbox
      ? await progress.step("Sandbox vendors", () =>
          startSandboxVendors({ port: env.SANDBOX_PORT, dataDir, env: bareEnvironment(env), log }),
        )
      : undefined;
    if (sandbox) undo.push(() => sandbox.stop(childGraceMs));

    const recordSuperAdmin = recorderOfPlatformSuperAdmin(env, dataDir);
    const auth: RunningAuth = await progress.step("Topolo Auth", () =>
      startAuth({
        env,
        databases,
        secrets,
        publicUrl: originOf(env.AUTH_PUBLIC_URL, env.AUTH_PORT),
        dashboardOrigin: publicUrl,
        dataDir,
        pagesPort: () => pagesPort,
        nexusMail: nexusMailOf(env, { besideNexus: true }),
        mailbox: sandbox?.mailbox,
        sandboxUrl: sandbox?.url,
        onFirstAdministrator:
          recordSuperAdmin &&
          (async (userId) => {
            await recordSuperAdmin(userId);
            await live?.change({ platformSuperAdminUserId: userId });
          }),
        log,
      }),
    );
    // Auth forwards to the pages: they end after it.
    undo.push(async () => dashboard?.stop(childGraceMs));
    undo.push(auth.stop);
    leave = auth.leave;

    const facts: FirstRun | undefined = await progress.step("First-run data", async () => {
      const management = await openManagement({ databaseUrl: databases.nexusUrl, env, secrets, sandbox, log });
      try {
        await requireFittingKeys(management.deps, env, dataDir);
        await seedManagement(management, env, sandbox);
        await letAuthSend(management.deps, env);
        return await firstRun({
          dataDir,
          gatewayUrl: publicUrl,
          auth,
          mailboxUrl: mailIsCaught(env) ? sandbox?.mailbox.url : undefined,
          createServiceToken: management.createServiceToken,
        });
      } finally {
        await management.close();
      }
    });

    dashboard =
      env.NEXUS_DASHBOARD !== "off" && existsSync(join(projectRoot, "next.config.mjs"))
        ? await startDashboard({
            publicUrl,
            authUrl: auth.url,
            turnstileSiteKey: env.TURNSTILE_SITE_KEY,
            secret: secrets.dashboardSecret,
            gatewayPort: env.PORT,
            environment: bareEnvironment(env),
            idleMs: idleMsOf(env),
            log,
          })
        : undefined;
    pagesPort = dashboard?.port;

    const config: WorkerConfig = {
      databaseUrl: databases.nexusUrl,
      redisUrl: env.REDIS_URL,
      port: env.PORT,
      healthPort: env.NEXUS_HEALTH_PORT,
      host: env.HOST,
      reusePort: env.NEXUS_WORKERS > 1,
      publicUrl,
      authUrl: auth.url,
      authAddress: authAddressOf(env),
      authClientSecret: auth.clientSecret,
      authCacheMs: env.NEXUS_AUTH_CACHE_MS,
      encryptionKeys: secrets.encryptionKeys,
      tokenPepper: secrets.tokenPepper,
      platformSuperAdminUserId: await platformSuperAdminOf(env, dataDir),
      sandboxHosts: sandbox?.hosts ?? [],
      egressAllow: [...env.NEXUS_EGRESS_ALLOW, ...(sandbox?.hosts ?? [])],
      callTimeoutMs: env.NEXUS_CALL_TIMEOUT_MS,
      backgroundTimeoutMs: env.NEXUS_BACKGROUND_TIMEOUT_MS,
      drainDelayMs: env.NEXUS_DRAIN_DELAY_MS,
      drainTimeoutMs: env.NEXUS_DRAIN_TIMEOUT_MS,
      uncertainSettleAfterMs: env.NEXUS_UNCERTAIN_SETTLE_AFTER_MS,
      orphanAfterMs: env.NEXUS_ORPHAN_AFTER_MS,
      ledgerMonths: env.NEXUS_LEDGER_MONTHS,
      requireDurability: true,
      dashboardPort: dashboard?.port,
      dashboardReloads: dev,
      secure: publicUrl.startsWith("https:"),
      hostNames: [new URL(publicUrl).hostname, env.HOST],
      metricsToken: env.NEXUS_METRICS_TOKEN,
      logLevel: env.LOG_LEVEL,
      logFile,
      logRotation: logRotationOf(env),
      dataDir,
      allowedOrigins: env.AUTH_ALLOWED_ORIGINS.map(({ origin }) => origin),
      packagesDir: await packagesDir,
    };
    undo.push(gateways.stop);
    await progress.step(env.NEXUS_WORKERS === 1 ? "Gateway" : `Gateway, ${env.NEXUS_WORKERS} processes`, () =>
      gateways.open(config),
    );

    printSummary({
      progress,
      env,
      publicUrl,
      authUrl: auth.url,
      sandboxUrl: sandbox?.url,
      mailboxUrl: mailIsCaught(env) ? sandbox?.mailbox.url : undefined,
      firstRun: facts,
      dataDir,
      logFile,
      dashboard,
      seconds: (Date.now() - began) / 1000,
    });
    live = createLiveConfig(config, gateways.configured);
    return { stop, reloadKeys: createKeyReload({ env, dataDir, live, log }) };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** People at the terminal see how long a newcomer waits: once, whichever process answers first. */
const firstAnswerTeller = (began: number, progress: Progress): (() => void) => {
  let said = false;
  return () => {
    if (!said) progress.say(`  ✓ First answer ${((Date.now() - began) / 1000).toFixed(1)} s after the start command`);
    said = true;
  };
};
