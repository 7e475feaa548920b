import { hkdfSync } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createOrganizationApiKey, type OrganizationApiKey } from "./api-keys/create-organization-api-key.ts";
import { issueBootstrapLink } from "./bootstrap/issue-bootstrap-link.ts";
import { createCatalogueCache } from "./catalogue/catalogue.ts";
import { findDrift, type Drift } from "./catalogue/drift.ts";
import { readManifests } from "./catalogue/read-manifests.ts";
import { reportRegistry } from "./catalogue/report-registry.ts";
import { applyManifests, seedOrganizations } from "./catalogue/store.ts";
import { createClientDocuments } from "./client-documents/client-documents.ts";
import { documentLimits } from "./client-documents/fetch-document.ts";
import {
  createUnregisteredAppsConsole,
  type UnregisteredAppsConsole,
} from "./client-documents/unregistered-apps-at-console.ts";
import { createPasswordHasher } from "./crypto/password-hasher.ts";
import { createSealer } from "./crypto/seal.ts";
import { openAuthDatabase, type AuthDatabase } from "./database/store.ts";
import { recheckDomains } from "./domains/recheck-domains.ts";
import { createTxtResolver } from "../platform/txt-resolver.ts";
import { createProviders } from "./federated/create-providers.ts";
import { createEgress, type Egress } from "../platform/egress/index.ts";
import { createFetchHandler } from "./http/fetch-handler.ts";
import { createGuardedFetch } from "./http/guarded-fetch.ts";
import { createNodeHandler } from "./http/node-listener.ts";
import { isPageRequest, servedPagePaths, servePages } from "./http/pages.ts";
import { createOriginPolicy } from "./http/origin-policy.ts";
import { createRouter } from "./http/router.ts";
import type { IdentityContext } from "./identity-context.ts";
import { defaultLimits, parsePublicUrl, type IdentitySettings } from "./identity-settings.ts";
import { createTurnstile } from "./intake/turnstile.ts";
import { createAddressDigest } from "./limits/address-digest.ts";
import { createAddressLimiter } from "./limits/address-limiter.ts";
import { startHousekeeping } from "./housekeeping/start-housekeeping.ts";
import { purgeExpired } from "./housekeeping/store.ts";
import { createRelyingParty } from "./passkeys/relying-party.ts";
import type { Carriers } from "./mail/carriers.ts";
import { createNexusMailer, type CreateNexusMailer } from "./mail/nexus-mailer.ts";
import { createOutbox } from "./mail/outbox.ts";
import { createOwnToken } from "./mail/own-token.ts";
import { createEngine } from "./oauth/engine/engine.ts";
import { startLogoutNotifier } from "./oauth/logout/notify-clients.ts";
import { tellOfChanges } from "./notices/tell-of-changes.ts";
import { createOrganizationProviders } from "./organization-sign-in/create-organization-providers.ts";
import { resealSecrets } from "./organization-sign-in/reseal-secrets.ts";
import { createPermissionCache } from "./permissions/permission-cache.ts";
import { routes } from "./routes.ts";
import { resealTask } from "./second-factor/reseal/reseal-task.ts";
import {
  acceptServiceClientSecret,
  createServiceClientSecret,
} from "./service-clients/create-service-client-secret.ts";
import { createConsoleAdmissions, type ConsoleAdmissions } from "./organizations/admission/admit-at-console.ts";
import { createRevocationPublisher } from "./revocations/revocation-publisher.ts";
import { createKeyRing } from "./signing/key-ring.ts";
import { createRowLoader } from "./validation/row-loader.ts";
import { findApiKeys, findSessions } from "./validation/store.ts";
import {
  recoverAtConsole,
  type ConsoleRecovery,
  type RecoveredAccount,
} from "./users/administration/recover-at-console.ts";
import { createTokenVerifier } from "./signing/verify-access-token.ts";

/** Topolo Auth in this process: its routes, and what the first run needs. */
export interface IdentityService {
  /** For a Node listener. */
  readonly handler: (message: IncomingMessage, response: ServerResponse) => void;
  /** The same routes for a caller in this process. */
  readonly fetch: (request: Request) => Promise<Response>;
  /** The link that makes the first administrator; undefined where there is one. Earlier links end. */
  readonly issueBootstrapLink: () => Promise<{ readonly url: string; readonly expiresAt: Date } | undefined>;
  /** A new secret of a service's client, returned once; earlier ones stay good for an hour by default. */
  readonly createServiceClientSecret: (clientId: string, options?: { readonly overlapMs?: number }) => Promise<string>;
  /** From now on a secret that the operator chose is one of a service's client; earlier ones stay good for an hour. */
  readonly acceptServiceClientSecret: (clientId: string, secret: string) => Promise<void>;
  /** A key that belongs to an organization, returned once. */
  readonly createOrganizationApiKey: (
    key: OrganizationApiKey,
  ) => Promise<{ readonly id: string; readonly apiKey: string }>;
  /** Which organizations the platform pays for, as operators at the console say. */
  readonly admissions: ConsoleAdmissions;
  /** Which apps without a registration organizations let in, as operators at the console say. */
  readonly unregisteredApps: UnregisteredAppsConsole;
  /** Gives an account back to its owner, as an operator at the console says. */
  readonly recoverAccount: (recovery: ConsoleRecovery) => Promise<RecoveredAccount>;
  /** Where the stored service registry differs from the checked-in manifests. */
  readonly findManifestDrift: () => Promise<readonly Drift[]>;
  readonly rotateSigningKey: () => Promise<void>;
  /** What happens every minute, now: keys move on when it is time, expired rows go. */
  readonly runHousekeeping: () => Promise<void>;
  /** From now on it says that it is not ready, and answers all the same. */
  readonly leave: () => void;
  readonly isLeaving: () => boolean;
  /** Ends the answers that would go on by themselves. */
  readonly endStreams: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const housekeepingMs = 60_000;
const signingKeyPeriodMs = 30 * 24 * 3_600_000;

/** What clients point to is small, and nobody waits long for it: the person is at the door. */
const clientFetchLimits = { name: "client", timeoutMs: 2_500, maxBytes: 64 * 1024 } as const;

/** The same for every process, and after a restart; nothing that is sealed can be opened with it. */
const nonceSecretOf = (encryptionKey: Uint8Array): Buffer =>
  Buffer.from(hkdfSync("sha256", encryptionKey, "", "nonces of proofs", 32));

const carriersOf = (
  { mailer: smtp, nexusMail }: IdentitySettings,
  asking: Pick<CreateNexusMailer, "egress" | "token">,
): Carriers | undefined => {
  if (nexusMail !== undefined) return { nexus: createNexusMailer({ ...nexusMail, ...asking }), smtp };
  return smtp === undefined ? undefined : { nexus: undefined, smtp };
};

const buildContext = async (
  settings: IdentitySettings,
  db: AuthDatabase,
  egress: Egress,
  isLeaving: () => boolean,
): Promise<IdentityContext> => {
  const { clock, log } = settings;
  const publicUrl = parsePublicUrl(settings.publicUrl);
  const relyingParty = createRelyingParty({ issuer: publicUrl.origin, rpId: settings.rpId });
  const limits = { ...defaultLimits, ...settings.limits };
  const sealer = createSealer([settings.encryptionKey, ...(settings.previousEncryptionKeys ?? [])]);
  const now = new Date(clock.now());
  const manifests = await readManifests();
  const changed = await applyManifests(db, manifests, now);
  if (changed.length > 0) log.info({ services: changed }, "service manifests applied");
  await seedOrganizations(db, now);
  const catalogues = await createCatalogueCache(db, clock);
  reportRegistry(manifests, (await catalogues.recent()).services, log);
  const issuer = publicUrl.origin;
  const keyRing = await createKeyRing({
    db,
    sealer,
    clock,
    log,
    periodMs: settings.signingKeyPeriodMs ?? signingKeyPeriodMs,
  });
  const secureCookies = publicUrl.protocol === "https:";
  const { crossSiteCookies = false } = settings;
  if (crossSiteCookies && !secureCookies) throw new Error("cookies for other sites need https");
  const { dashboardOrigin, localAddresses = false } = settings;
  const clientFetch = createGuardedFetch({ egress, ...clientFetchLimits });
  const addresses = createAddressLimiter(clock, limits.perAddressPerMinute);
  const clientDocuments =
    settings.clientDocuments === false
      ? undefined
      : createClientDocuments({
          db,
          clock,
          log,
          catalogues,
          addresses,
          localAddresses,
          fetch: createGuardedFetch({ egress, ...documentLimits }),
        });
  return {
    issuer,
    clientFetch,
    clientDocuments,
    secureCookies,
    crossSiteCookies,
    adminUrl: settings.adminUrl,
    dashboardOrigin,
    localAddresses,
    firstRunFile: settings.firstRunFile,
    onFirstAdministrator: settings.onFirstAdministrator,
    limits,
    registration: settings.registration ?? "open",
    selfServiceBudgetNanos: settings.selfServiceBudgetNanos,
    isLeaving,
    db,
    clock,
    log,
    sealer,
    keyRing,
    tokens: createTokenVerifier({ issuer, keyRing, clock }),
    sessions: createRowLoader(
      (keys) => findSessions(db, keys),
      ({ session_key }) => session_key,
    ),
    apiKeys: createRowLoader(
      (ids) => findApiKeys(db, ids),
      ({ key_id }) => key_id,
    ),
    revocations: createRevocationPublisher({ db, log }),
    catalogues,
    permissions: createPermissionCache(db, catalogues, clock),
    passwords: await createPasswordHasher({ cost: settings.passwordCost }),
    outbox: createOutbox({
      db,
      carriers: carriersOf(settings, { egress, token: createOwnToken({ issuer, keyRing, clock }) }),
      leavesMail: settings.leavesMail ?? false,
      sealer,
      clock,
      log,
      prepare: (put) => tellOfChanges({ db, issuer, clock, dashboardOrigin }, put),
    }),
    relyingParty,
    txtRecords: createTxtResolver({ servers: settings.dnsServers }),
    providers: createProviders({ settings: settings.federated ?? {}, issuer, clock, log }),
    organizationProviders: createOrganizationProviders({
      issuer,
      allow: settings.organizationProvidersAllow ?? [],
      sealer,
      clock,
      log,
    }),
    addresses,
    digestAddress: createAddressDigest(settings.encryptionKey),
    turnstile: createTurnstile({ settings: settings.turnstile, clock, log }),
    origins: createOriginPolicy({
      issuer,
      configured: settings.allowedOrigins ?? [],
      allowPreviews: settings.allowPreviews ?? false,
    }),
    oauth: createEngine(
      {
        issuer,
        secureCookies,
        dashboardOrigin,
        localAddresses,
        db,
        clock,
        catalogues,
        keyRing,
        clientFetch,
        clientDocuments,
        proofNonceSecret: nonceSecretOf(settings.encryptionKey),
      },
      log,
    ),
  };
};

/** Opens Auth on a migrated database: applies the manifests, seeds the two organizations and opens the signing keys. */
export const openIdentity = async (settings: IdentitySettings): Promise<IdentityService> => {
  const { log, clock } = settings;
  const db = await openAuthDatabase({
    connectionString: settings.databaseUrl,
    log,
    maxConnections: settings.maxConnections ?? 10,
  });
  const egress = createEgress({
    allow: settings.clientAllow ?? [],
    clock,
    log,
    connectTimeoutMs: clientFetchLimits.timeoutMs,
  });
  try {
    let leaving = false;
    const isLeaving = (): boolean => leaving;
    const context = await buildContext(settings, db, egress, isLeaving);
    const handle = createRouter(routes, context, settings.pages && servedPagePaths);
    const logouts = startLogoutNotifier(context, { allow: settings.clientAllow ?? [] });
    const housekeeping = startHousekeeping({
      everyMs: housekeepingMs,
      clock,
      log,
      tasks: [
        { name: "signing keys", run: () => context.keyRing.maintain() },
        { name: "sessions that ran out", run: () => logouts.sweep() },
        resealTask(context),
        recheckDomains(context),
        resealSecrets(context),
        { name: "expired rows", run: async () => void (await purgeExpired(db, { now: new Date(clock.now()) })) },
      ],
    });
    const answer = createNodeHandler(handle, log, settings.trustedProxies ?? 0);
    const pages = settings.pages && servePages(settings.pages, context.secureCookies);
    return {
      handler: pages ? (message, response) => (isPageRequest(message) ? pages : answer)(message, response) : answer,
      fetch: createFetchHandler(handle),
      issueBootstrapLink: () => issueBootstrapLink(context),
      createServiceClientSecret: (clientId, options) => createServiceClientSecret(context, clientId, options),
      acceptServiceClientSecret: (clientId, secret) => acceptServiceClientSecret(context, clientId, secret),
      createOrganizationApiKey: (key) => createOrganizationApiKey(context, key),
      admissions: createConsoleAdmissions(context),
      unregisteredApps: createUnregisteredAppsConsole(context),
      recoverAccount: (recovery) => recoverAtConsole(context, recovery),
      findManifestDrift: async () => findDrift(await readManifests(), (await context.catalogues.recent()).services),
      rotateSigningKey: () => context.keyRing.rotate(),
      runHousekeeping: () => housekeeping.round(),
      leave: () => {
        leaving = true;
      },
      isLeaving,
      endStreams: context.revocations.close,
      close: async () => {
        await context.revocations.close();
        await housekeeping.stop();
        await logouts.close();
        await context.turnstile.close();
        await context.outbox.close();
        await context.providers.close();
        await egress.close();
        await context.organizationProviders.close();
        await settings.mailer?.close();
        await db.close();
      },
    };
  } catch (error) {
    await egress.close();
    await db.close();
    throw error;
  }
};
