import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { CatalogueCache } from "./catalogue/catalogue.ts";
import type { ClientDocuments } from "./client-documents/client-documents.ts";
import type { PasswordHasher } from "./crypto/password-hasher.ts";
import type { Sealer } from "./crypto/seal.ts";
import type { AuthDatabase } from "./database/store.ts";
import type { TxtResolver } from "../platform/txt-resolver.ts";
import type { IdentityLimits } from "./identity-settings.ts";
import type { AddressLimiter } from "./limits/address-limiter.ts";
import type { GuardedFetch } from "./http/guarded-fetch.ts";
import type { OriginPolicy } from "./http/origin-policy.ts";
import type { Turnstile } from "./intake/turnstile.ts";
import type { PermissionCache } from "./permissions/permission-cache.ts";
import type { Outbox } from "./mail/outbox.ts";
import type { Providers } from "./federated/create-providers.ts";
import type { OrganizationProviders } from "./organization-sign-in/create-organization-providers.ts";
import type { RelyingParty } from "./passkeys/relying-party.ts";
import type { OAuthEngine } from "./oauth/oauth-engine.ts";
import type { KeyRing } from "./signing/key-ring.ts";
import type { RevocationPublisher } from "./revocations/revocation-publisher.ts";
import type { RowLoader } from "./validation/row-loader.ts";
import type { KeyValidationRow, SessionRow } from "./validation/store.ts";
import type { TokenVerifier } from "./signing/verify-access-token.ts";

/** What every route of Auth works with. */
export interface IdentityContext {
  /** The public origin of Auth; `iss` of its tokens. */
  readonly issuer: string;
  readonly secureCookies: boolean;
  /** Whether the session cookie goes along with requests of other sites' pages: those of allowed origins on Pages domains. */
  readonly crossSiteCookies: boolean;
  /** The origin of Topolo Admin; undefined: as its manifest says. */
  readonly adminUrl: string | undefined;
  /** Where this deployment serves the dashboard. */
  readonly dashboardOrigin: string | undefined;
  /** Whether third-party web apps may be on localhost: where the installation is one for development. */
  readonly localAddresses: boolean;
  readonly firstRunFile: string | undefined;
  readonly onFirstAdministrator: ((userId: string) => Promise<void>) | undefined;
  readonly limits: IdentityLimits;
  /** Whether anybody may make an account, or invited people alone. */
  readonly registration: "open" | "invitation";
  /** What an admission lets an organization spend a month of the platform's; undefined: each admission says it. */
  readonly selfServiceBudgetNanos: bigint | undefined;
  /** Whether this process is about to end, and requests are to be sent elsewhere. */
  readonly isLeaving: () => boolean;
  readonly db: AuthDatabase;
  readonly clock: Clock;
  readonly log: Logger;
  readonly sealer: Sealer;
  readonly keyRing: KeyRing;
  readonly tokens: TokenVerifier;
  readonly sessions: RowLoader<SessionRow>;
  readonly apiKeys: RowLoader<KeyValidationRow>;
  /** Tells services what they may not reuse any more. */
  readonly revocations: RevocationPublisher;
  readonly catalogues: CatalogueCache;
  readonly permissions: PermissionCache;
  readonly passwords: PasswordHasher;
  /** Mail leaves through here, written down in the transaction of what it tells of. */
  readonly outbox: Outbox;
  readonly addresses: AddressLimiter;
  /** A network address that can be compared, not read. */
  readonly digestAddress: (address: string) => Buffer;
  /** The robot check of the public forms. */
  readonly turnstile: Turnstile;
  /** Who passkeys are made for. */
  readonly relyingParty: RelyingParty;
  /** What DNS says about the domains of organizations. */
  readonly txtRecords: TxtResolver;
  /** Other services one can sign in with. */
  readonly providers: Providers;
  /** Those of organizations. */
  readonly organizationProviders: OrganizationProviders;
  readonly origins: OriginPolicy;
  /** Asks for what a client's registration points to. */
  readonly clientFetch: GuardedFetch;
  /** Clients that documents at their addresses describe; undefined: the installation lets none in. */
  readonly clientDocuments: ClientDocuments | undefined;
  readonly oauth: OAuthEngine;
}
