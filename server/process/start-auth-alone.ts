import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { projectRoot } from "../platform/own-files.ts";
import { writePrivateFile } from "../platform/private-file.ts";
import { bold, dim, green, type Progress } from "../platform/progress.ts";
import { nexusMailOf } from "./auth-mail.ts";
import { bareEnvironment } from "./bare-environment.ts";
import { holdDataFolder } from "./data-folder.ts";
import { migrateAuth, startDatabase } from "./start-database.ts";
import { requireFreePorts } from "./require-free-ports.ts";
import type { StartContext, Started } from "./run-process.ts";
import { secureAuth } from "./secure-databases.ts";
import { secretsOf } from "./secrets-of.ts";
import { tellOpenFiles } from "./tell-open-files.ts";
import { startAuth, type FirstIdentity, type RunningAuth } from "./start-auth.ts";
import { startSandboxVendors } from "./start-sandbox-vendors.ts";
import { idleMsOf, startDashboard, type Dashboard } from "./start-dashboard.ts";

const line = (label: string, value: string): string => `  ${label.padEnd(12)} ${value}`;

/** Makes the first credentials and writes them down; undefined on every later run. */
const firstIdentity = async (
  dataDir: string,
  auth: RunningAuth,
  mailboxUrl: string | undefined,
): Promise<FirstIdentity | undefined> => {
  const file = join(dataDir, "first-run.json");
  if (existsSync(file) || !auth.seed) return undefined;
  const facts = await auth.seed();
  await writePrivateFile(file, `${JSON.stringify({ authUrl: auth.url, mailboxUrl, ...facts }, null, 2)}\n`);
  return facts;
};

interface Summary {
  readonly progress: Progress;
  readonly auth: RunningAuth;
  readonly dataDir: string;
  readonly mailboxUrl: string | undefined;
  readonly pages: Dashboard | undefined;
  readonly setUpLink: string | undefined;
}

const printSummary = ({ progress, auth, dataDir, mailboxUrl, pages, setUpLink }: Summary): void => {
  progress.say(
    [
      "",
      `  ${green("Ready")}`,
      "",
      line("Auth", bold(auth.url)),
      line("Pages", pages ? `${auth.url}/sign-in ${dim(pages.onDemand ? "(on demand)" : "(starting)")}` : "off"),
      ...(mailboxUrl === undefined ? [] : [line("Mailbox", mailboxUrl)]),
      line("Data", dataDir),
      "",
      "  A gateway that relies on it is started with:",
      "",
      `    TOPOLO_AUTH_URL=${auth.url} TOPOLO_AUTH_CLIENT_SECRET="$(cat ${join(dataDir, "auth-client-secret")})" npm start`,
      ...(setUpLink === undefined
        ? []
        : ["", line("Sign in", `${setUpLink} ${dim("creates the first administrator; valid once, for one hour")}`)]),
      "",
    ].join("\n"),
  );
};

/** Brings Auth up by itself: a gateway elsewhere needs its address and the secret of its service client. */
export const startAuthAlone = async ({ env, dataDir, log, progress }: StartContext): Promise<Started> => {
  const undo: (() => Promise<void>)[] = [];
  let pages: Dashboard | undefined;
  /** Tells whoever sends requests here to send them elsewhere, and waits until that is known. */
  let leave = async (): Promise<void> => undefined;
  const stop = async (): Promise<void> => {
    await leave();
    for (const step of undo.toReversed())
      await step().catch((error: unknown) => log.error({ err: error }, "a part did not stop cleanly"));
    undo.length = 0;
  };
  try {
    progress.say("\n  Topolo Auth\n");
    const publicUrl = env.AUTH_PUBLIC_URL ?? `http://localhost:${env.AUTH_PORT}`;
    undo.push(await holdDataFolder(dataDir, `Topolo Auth at ${publicUrl}`));
    await requireFreePorts([{ setting: "AUTH_PORT", port: env.AUTH_PORT, host: env.HOST }]);
    const secrets = await secretsOf(env, dataDir, "auth");
    await tellOpenFiles(dataDir, progress);
    const databaseUrl = env.AUTH_DATABASE_URL ?? env.DATABASE_URL;
    const databases = await progress.step(databaseUrl ? "Database" : "Embedded PostgreSQL 18", () =>
      startDatabase({ ...env, DATABASE_URL: databaseUrl }, dataDir, log),
    );
    undo.push(databases.stop);
    await progress.step("Migrations", () => migrateAuth(databases, log));
    await secureAuth(databases, log);
    // Any port: a gateway of this machine may hold that of the vendors.
    const sandbox =
      (env.NEXUS_SANDBOX ?? env.NODE_ENV !== "production") && !env.AUTH_SMTP_URL
        ? await progress.step("Sandbox mailbox", () =>
            startSandboxVendors({ port: 0, dataDir, env: bareEnvironment(env), log }),
          )
        : undefined;
    if (sandbox) undo.push(() => sandbox.stop(5_000));
    const mailboxUrl = sandbox?.mailbox.url;
    const auth = await progress.step("Topolo Auth", () =>
      startAuth({
        env: { ...env, TOPOLO_AUTH_URL: undefined },
        databases,
        secrets,
        publicUrl,
        dashboardOrigin: env.NEXUS_PUBLIC_URL ?? `http://localhost:${env.PORT}`,
        dataDir,
        pagesPort: () => pages?.port,
        nexusMail: nexusMailOf(env, { besideNexus: false }),
        mailbox: sandbox?.mailbox,
        sandboxUrl: sandbox?.url,
        log,
      }),
    );
    // Auth forwards to the pages: they end after it.
    undo.push(async () => pages?.stop(5_000));
    undo.push(auth.stop);
    const first = await progress.step("First-run data", () => firstIdentity(dataDir, auth, mailboxUrl));
    if (env.NEXUS_DASHBOARD !== "off" && existsSync(join(projectRoot, "next.config.mjs"))) {
      pages = await startDashboard({
        publicUrl,
        authUrl: auth.url,
        turnstileSiteKey: env.TURNSTILE_SITE_KEY,
        secret: secrets.dashboardSecret,
        gatewayPort: env.PORT,
        environment: bareEnvironment(env),
        idleMs: idleMsOf(env),
        log,
      });
    }
    // In production no command line of this Auth makes it, and nothing else is made.
    const setUpLink = env.NODE_ENV === "production" ? await auth.setUpLink() : first?.bootstrapUrl;
    printSummary({ progress, auth, dataDir, mailboxUrl, pages, setUpLink });
    leave = async () => {
      auth.leave();
      await pause(env.NEXUS_DRAIN_DELAY_MS);
    };
    return { stop };
  } catch (error) {
    await stop();
    throw error;
  }
};
