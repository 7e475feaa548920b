import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createAuthMiddleware } from "@topolo/auth-middleware";
import {
  createAuthServer,
  createSmtpMailer,
  SealedUnderAnotherKey,
  type AuthServer,
  type Mailer,
} from "../identity/index.ts";
import { followDatabaseClock } from "../platform/db/database-clock.ts";
import { openPool } from "../platform/db/pool.ts";
import type { Env } from "../platform/env.ts";
import { timeIdsBy } from "../platform/ids.ts";
import type { Logger } from "../platform/logger.ts";
import { ownAddress } from "./own-address.ts";
import { federatedSettingsOf } from "./federated-settings.ts";
import { proxyPages } from "../platform/page-proxy.ts";
import { writePrivateFile } from "../platform/private-file.ts";
import { selfServiceBudgetOf } from "./self-service-budget.ts";
import { secretsFileOf, type GeneratedSecrets } from "../platform/secrets-file.ts";
import { foreignSecrets } from "./foreign-secrets.ts";
import type { Databases } from "./start-database.ts";
import { turnstileSettingsOf } from "./turnstile-settings.ts";

/** Topolo Auth, ours or a remote one. */
export interface RunningAuth {
  readonly url: string;
  /** Of the service client `srv_nexus`. */
  readonly clientSecret: string;
  /** Makes what a first run needs; undefined with a remote Auth, where its own administrators do that. */
  readonly seed: (() => Promise<FirstIdentity>) | undefined;
  /** A new link that makes the first administrator; undefined where there is one, and with a remote Auth. */
  readonly setUpLink: () => Promise<string | undefined>;
  /** From now on it says that it is not ready, and each answer ends its connection. */
  readonly leave: () => void;
  readonly stop: () => Promise<void>;
}

/** What a first run makes, shown once. */
export interface FirstIdentity {
  readonly organizationId: string;
  readonly apiKey: string;
  readonly bootstrapUrl: string;
}

interface StartAuth {
  readonly env: Env;
  readonly databases: Databases;
  readonly secrets: GeneratedSecrets;
  /** Origin of the embedded Auth. */
  readonly publicUrl: string;
  readonly dashboardOrigin: string;
  readonly dataDir: string;
  /** Where the process that serves Auth's pages listens on loopback; undefined while there is none. */
  readonly pagesPort: () => number | undefined;
  /** The Nexus that carries mail. */
  readonly nexusMail: { readonly url: string; readonly from: string } | undefined;
  /** Where mail goes in development; a configured carrier comes before it. */
  readonly mailbox: { readonly smtpUrl: string } | undefined;
  /** Where the sandbox answers in development. */
  readonly sandboxUrl: string | undefined;
  /** Told of the account that the set-up link made. */
  readonly onFirstAdministrator?: ((userId: string) => Promise<void>) | undefined;
  readonly log: Logger;
}

/** No request to Auth takes longer: those that are under way get so much at most. */
const drainMs = 15_000;

const clientId = "srv_nexus";
const topoloOrganization = "org_topolo";

/** Of the operator, who gives gateways elsewhere the same; or of the data folder. */
const secretOfClient = async (env: Env, server: AuthServer, dataDir: string): Promise<string> => {
  const given = env.TOPOLO_AUTH_CLIENT_SECRET;
  // At the port that listens: a proxy in front of it sends nothing before all of this is ready.
  if (given === undefined) return clientSecretOf(server, ownAddress(env, env.AUTH_PORT), dataDir);
  await server.acceptServiceClientSecret(clientId, given);
  return given;
};

/** A stored secret stays in use as long as Auth accepts it, so that processes sharing a database do not end each other's. */
const clientSecretOf = async (server: AuthServer, url: string, dataDir: string): Promise<string> => {
  const file = join(dataDir, "auth-client-secret");
  if (existsSync(file)) {
    const stored = await readFile(file, "utf8");
    const works = await createAuthMiddleware({ authUrl: url, serviceId: clientId, clientSecret: stored })
      .services()
      .then(
        () => true,
        () => false,
      );
    if (works) return stored;
  }
  const made = await server.createServiceClientSecret(clientId);
  await writePrivateFile(file, made);
  return made;
};

/** Auth's signing keys were made under another key than the one it was given: says where that one came from. */
const orForeignKey = async <T>(env: Env, dataDir: string, open: () => Promise<T>): Promise<T> => {
  try {
    return await open();
  } catch (error) {
    if (!(error instanceof SealedUnderAnotherKey)) throw error;
    throw foreignSecrets(
      env.AUTH_ENCRYPTION_KEY === undefined ? secretsFileOf(dataDir) : "AUTH_ENCRYPTION_KEY",
      "the signing keys of Topolo Auth",
      "AUTH_PREVIOUS_ENCRYPTION_KEYS",
      error,
    );
  }
};

const mailerOf = ({
  env: { AUTH_SMTP_URL, AUTH_MAIL_FROM },
  nexusMail,
  mailbox,
  log,
}: Pick<StartAuth, "env" | "nexusMail" | "mailbox" | "log">): Mailer | undefined => {
  const url = AUTH_SMTP_URL ?? mailbox?.smtpUrl;
  if (url !== undefined) return createSmtpMailer({ url, from: AUTH_MAIL_FROM });
  if (nexusMail === undefined)
    log.warn(
      "no mail is sent: neither AUTH_SMTP_URL is set nor a sender for mail by Nexus (AUTH_MAIL_FROM); new passwords and verified addresses need it",
    );
  return undefined;
};

const remote = (url: string, clientSecret: string | undefined): RunningAuth => ({
  url,
  clientSecret: clientSecret ?? "",
  seed: undefined,
  setUpLink: async () => undefined,
  leave: () => undefined,
  stop: async () => undefined,
});

/** Starts the embedded Auth on its own listener, or points at the remote one. */
export const startAuth = async ({
  env,
  databases,
  secrets,
  publicUrl,
  dashboardOrigin,
  dataDir,
  pagesPort,
  nexusMail,
  mailbox,
  sandboxUrl,
  onFirstAdministrator,
  log,
}: StartAuth): Promise<RunningAuth> => {
  if (env.TOPOLO_AUTH_URL) return remote(env.TOPOLO_AUTH_URL, env.TOPOLO_AUTH_CLIENT_SECRET);
  const mailer = mailerOf({ env, nexusMail, mailbox, log });
  const budget = selfServiceBudgetOf(env);
  // Several processes of Auth share sessions, codes and windows: they go by the clock of what they share.
  const pool = openPool({
    connectionString: databases.authUrl,
    schema: "auth",
    maxConnections: 1,
    applicationName: "nexus-auth-clock",
    log,
  });
  const clock = await followDatabaseClock({ pool, log: log.child({ part: "auth" }) });
  timeIdsBy(clock);
  const stopClock = async (): Promise<void> => {
    clock.close();
    await pool.end();
  };
  const server = await orForeignKey(env, dataDir, () =>
    createAuthServer({
      databaseUrl: databases.authUrl,
      publicUrl,
      encryptionKey: Buffer.from(secrets.authEncryptionKey, "base64"),
      previousEncryptionKeys: env.AUTH_PREVIOUS_ENCRYPTION_KEYS.map((key) => Buffer.from(key, "base64")),
      signingKeyPeriodMs: env.AUTH_SIGNING_KEY_DAYS * 24 * 3_600_000,
      turnstile: turnstileSettingsOf(env, { sandboxUrl, publicUrl }),
      clock,
      log: log.child({ part: "auth" }),
      pages: proxyPages(pagesPort, "auth").request,
      federated: federatedSettingsOf(env),
      registration: env.AUTH_REGISTRATION ?? "open",
      ...(budget === undefined ? {} : { selfServiceBudgetNanos: budget }),
      limits: {
        organizationsPerPerson: env.AUTH_MAX_ORGANIZATIONS_PER_PERSON,
        apiKeysPerOrganization: env.AUTH_MAX_API_KEYS_PER_ORGANIZATION,
        apiKeysPerPerson: env.AUTH_MAX_API_KEYS_PER_PERSON,
        pendingInvitations: env.AUTH_MAX_PENDING_INVITATIONS,
      },
      ...(mailer ? { mailer } : {}),
      ...(nexusMail ? { nexusMail } : {}),
      ...(env.AUTH_RP_ID === undefined ? {} : { rpId: env.AUTH_RP_ID }),
      allowedOrigins: [{ origin: dashboardOrigin, serviceId: clientId }, ...env.AUTH_ALLOWED_ORIGINS],
      dashboardOrigin,
      firstRunFile: join(dataDir, "first-run.json"),
      ...(onFirstAdministrator === undefined ? {} : { onFirstAdministrator }),
      trustedProxies: env.AUTH_TRUSTED_PROXIES,
      clientDocuments: env.AUTH_CLIENT_DOCUMENTS === "on",
      localAddresses: env.NODE_ENV !== "production",
      dnsServers: env.AUTH_DNS_SERVERS,
      allowPreviews: env.AUTH_ALLOW_PREVIEWS ?? false,
      crossSiteCookies: env.AUTH_CROSS_SITE_COOKIES ?? false,
      clientAllow: env.NEXUS_EGRESS_ALLOW,
      organizationProvidersAllow: env.NEXUS_EGRESS_ALLOW,
      adminUrl: env.TOPOLO_ADMIN_URL ?? dashboardOrigin,
    }),
  ).catch(async (error: unknown) => {
    await stopClock();
    throw error;
  });
  try {
    await server.listen(env.AUTH_PORT, env.HOST);
    return {
      url: publicUrl,
      clientSecret: await secretOfClient(env, server, dataDir),
      // In production the command line makes the link, and people what else they need: a folder that is lost with each
      // process would have every start make more.
      seed:
        env.NODE_ENV === "production"
          ? undefined
          : async () => {
              const link = await server.issueBootstrapLink();
              const { apiKey } = await server.createOrganizationApiKey({
                organizationId: topoloOrganization,
                name: "First run",
                scopes: ["srv_nexus.ai", "srv_nexus.email", "srv_nexus.usage"],
              });
              return { organizationId: topoloOrganization, apiKey, bootstrapUrl: link?.url ?? "" };
            },
      setUpLink: async () => (await server.issueBootstrapLink())?.url,
      leave: server.leave,
      stop: async () => {
        await server.close(Math.min(env.NEXUS_DRAIN_TIMEOUT_MS, drainMs));
        await stopClock();
      },
    };
  } catch (error) {
    await server.close();
    await stopClock();
    throw error;
  }
};
