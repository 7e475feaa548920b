import type { Clock } from "../../platform/clock.ts";
import type { Logger } from "../../platform/logger.ts";
import type { CatalogueCache } from "../catalogue/catalogue.ts";
import type { AuthDatabase } from "../database/store.ts";
import type { GuardedFetch } from "../http/guarded-fetch.ts";
import type { AddressLimiter } from "../limits/address-limiter.ts";
import type { ClientRow } from "../service-clients/store.ts";
import { documentAddress } from "./document-address.ts";
import { refuseDocument, type DocumentRefusal } from "./document-refusal.ts";
import { fetchDocument } from "./fetch-document.ts";
import { readDocument, type DescribedClient } from "./read-document.ts";
import { hasPagesAt, isHostLetIn } from "./store.ts";
import { hostOfClient, unregisteredAppsService } from "./unregistered-apps.ts";

/** Clients without a registration, by the documents that describe them. */
export interface ClientDocuments {
  /** The client at an address; undefined where the id is no such address. `ip` is who caused the question, where known. */
  readonly find: (clientId: string, ip?: string) => Promise<ClientRow | DocumentRefusal | undefined>;
  /** Whether an organization lets documents of the origin in, read or not. */
  readonly isHostLetIn: (origin: string) => Promise<boolean>;
  /** Whether a client that is let in, and that somebody has connected, runs in pages of the origin. */
  readonly isPageOfClient: (origin: string) => Promise<boolean>;
}

interface Deps {
  readonly db: AuthDatabase;
  readonly clock: Clock;
  readonly log: Logger;
  readonly catalogues: CatalogueCache;
  readonly addresses: AddressLimiter;
  /** Whether http on localhost counts, as while an installation is used for development. */
  readonly localAddresses: boolean;
  readonly fetch: GuardedFetch;
}

interface Kept {
  readonly found: DescribedClient | DocumentRefusal;
  readonly until: number;
}

const minuteMs = 60_000;
/** However long a server says, or however short: a changed document counts within the hour, and is not asked for all the time. */
const lifetime = { least: minuteMs, usual: 5 * minuteMs, most: 60 * minuteMs } as const;
/** Whoever is refused does not make us ask again at once. */
const refusedMs = 10_000;
const maxKept = 500;

export const isRefusedDocument = (found: DescribedClient | ClientRow | DocumentRefusal): found is DocumentRefusal =>
  "refused" in found;

/** Of a first-party app's permissions those that the document names, or all of them where it names none. */
const toRow = (client: DescribedClient, permissions: readonly string[]): ClientRow => {
  const host = hostOfClient(client.clientId);
  const { claimedName, scopes, ...rest } = client;
  return {
    ...rest,
    // What it calls itself is no name: anybody can write that. The host is what somebody answers for.
    name: host,
    document: { host, claimedName },
    authMethod: client.type === "confidential" ? "private_key_jwt" : "none",
    scopes: permissions.filter((permission) => scopes === undefined || scopes.includes(permission)),
    backchannelLogoutUri: null,
    serviceId: unregisteredAppsService,
    serviceName: host,
    firstParty: false,
    homepage: null,
  };
};

export const createClientDocuments = (deps: Deps): ClientDocuments => {
  const { db, clock, log, catalogues, addresses, localAddresses, fetch } = deps;
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<DescribedClient | DocumentRefusal>>();

  const keep = (clientId: string, found: DescribedClient | DocumentRefusal, forMs: number): void => {
    kept.delete(clientId);
    kept.set(clientId, { found, until: clock.monotonic() + forMs });
    const oldest = kept.size > maxKept ? kept.keys().next().value : undefined;
    if (oldest !== undefined) kept.delete(oldest);
  };

  const ask = async (url: URL): Promise<DescribedClient | DocumentRefusal> => {
    const served = await fetchDocument(fetch, url);
    const found =
      "refused" in served
        ? served
        : readDocument(served.bytes, { url, catalogue: await catalogues.recent(), localAddresses });
    if (isRefusedDocument(found)) {
      log.info({ host: url.host, reason: found.refused }, "the document of a client was refused");
      keep(url.href, found, refusedMs);
      return found;
    }
    const maxAgeMs = ("maxAgeMs" in served ? served.maxAgeMs : undefined) ?? lifetime.usual;
    keep(url.href, found, Math.min(Math.max(maxAgeMs, lifetime.least), lifetime.most));
    return found;
  };

  // Its own share first: what one network asks beyond it takes nothing from the others.
  const mayAsk = (ip: string | undefined): boolean =>
    (ip === undefined || addresses.take("client-document", ip) === 0) &&
    addresses.take("client-document", "everybody", 10) === 0;

  /** What is known of it, or is being asked for. */
  const answered = (url: URL): Promise<DescribedClient | DocumentRefusal> | undefined => {
    const known = kept.get(url.href);
    return known && known.until > clock.monotonic() ? Promise.resolve(known.found) : underWay.get(url.href);
  };

  const look = async (url: URL, ip: string | undefined): Promise<DescribedClient | DocumentRefusal> => {
    const before = answered(url);
    if (before) return before;
    // Where nobody lets it in, a stranger's request sends us nowhere.
    if (!(await isHostLetIn(db, url.host))) return refuseDocument("no_organization");
    // Somebody else may have asked meanwhile, or have been told already.
    const meanwhile = answered(url);
    if (meanwhile) return meanwhile;
    const known = kept.get(url.href);
    if (!mayAsk(ip)) return known && !isRefusedDocument(known.found) ? known.found : refuseDocument("too_often");
    const asking = ask(url).finally(() => underWay.delete(url.href));
    underWay.set(url.href, asking);
    return asking;
  };

  /** Only what could be the origin of a document is worth a question. */
  const ifOrigin = async (origin: string, holds: (host: string) => Promise<boolean>): Promise<boolean> => {
    const url = documentAddress(`${origin}/`, localAddresses);
    return url?.origin === origin && holds(url.host);
  };

  return {
    isHostLetIn: (origin) => ifOrigin(origin, (host) => isHostLetIn(db, host)),
    isPageOfClient: (origin) => ifOrigin(origin, (host) => hasPagesAt(db, { origin, host })),
    find: async (clientId, ip) => {
      const url = documentAddress(clientId, localAddresses);
      if (!url) return undefined;
      const found = await look(url, ip);
      if (isRefusedDocument(found)) return found;
      const { permissions, services } = await catalogues.recent();
      const reached = services.get(unregisteredAppsService)?.audience ?? [];
      return toRow(
        found,
        permissions.filter((permission) => reached.some((id) => permission.startsWith(`${id}.`))),
      );
    },
  };
};
