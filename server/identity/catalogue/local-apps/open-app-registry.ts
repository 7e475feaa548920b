import type { Clock } from "../../../platform/clock.ts";
import type { Logger } from "../../../platform/logger.ts";
import { sha256 } from "../../crypto/digest.ts";
import { randomSecret } from "../../crypto/random-secret.ts";
import { openAuthDatabase } from "../../database/store.ts";
import { addClientSecret } from "../../service-clients/store.ts";
import { localClientId, plainManifest } from "./plain-manifest.ts";
import { listRegisteredApps, registerLocally, type AppRefused, type RegisteredApp } from "./store.ts";

/** What an operator wants to begin with. */
export interface AppWanted {
  /** Its short name, `myapp`, or the id of a registered service, `srv_myapp`. */
  readonly slug: string;
  readonly name: string | undefined;
  /** Where it runs during development: an origin on localhost. */
  readonly dev: { readonly origin: string; readonly redirectUri: string } | undefined;
  /** Kinds of its resources that API keys can be bound to, with how people call them. */
  readonly resourceTypes: readonly { readonly type: string; readonly label: string }[];
  /** Organizations that may use it. */
  readonly organizationIds: readonly string[];
}

export interface AppAdded {
  readonly serviceId: string;
  readonly clientId: string;
  /** The service was not there before. */
  readonly registered: boolean;
  /** Shown this once; undefined where the client has one already. */
  readonly clientSecret: string | undefined;
}

/** The service registry in the operators' hands, on the database itself. */
export interface AppRegistry {
  /** Registers the app where it is not, and gives it a local origin, redirect and a secret; repeatable. */
  readonly add: (wanted: AppWanted) => Promise<AppAdded | AppRefused>;
  readonly list: () => Promise<readonly RegisteredApp[]>;
  /** A new secret, once; undefined where there is no such confidential client. */
  readonly rotateSecret: (clientId: string, overlapMs: number) => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

/** Opens the registry for the operators' command line. */
export const openAppRegistry = async ({
  databaseUrl,
  clock,
  log,
}: {
  readonly databaseUrl: string;
  readonly clock: Clock;
  readonly log: Logger;
}): Promise<AppRegistry> => {
  const db = await openAuthDatabase({ connectionString: databaseUrl, log, maxConnections: 2 });
  return {
    add: async ({ slug, name, dev, resourceTypes, organizationIds }) => {
      const manifest = plainManifest(slug, name);
      const clientId = dev === undefined ? manifest.id : localClientId(manifest.slug);
      const secret = `tss_${randomSecret()}`;
      const outcome = await registerLocally(db, {
        manifest,
        client: { id: clientId, dev },
        secretHash: sha256(secret),
        resourceTypes,
        organizationIds,
        actor: { actorType: "system" },
        now: new Date(clock.now()),
      });
      if (typeof outcome === "string") return outcome;
      const { registered, secretGiven } = outcome;
      return { serviceId: manifest.id, clientId, registered, clientSecret: secretGiven ? secret : undefined };
    },
    list: () => listRegisteredApps(db),
    rotateSecret: async (clientId, overlapMs) => {
      const secret = `tss_${randomSecret()}`;
      const now = clock.now();
      const added = await addClientSecret(db, {
        clientId,
        secretHash: sha256(secret),
        now: new Date(now),
        earlierExpireAt: new Date(now + overlapMs),
      });
      return added === "added" ? secret : undefined;
    },
    close: db.close,
  };
};
