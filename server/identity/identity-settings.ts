import type { Clock } from "../platform/clock.ts";
import type { Logger } from "../platform/logger.ts";
import type { FederatedSettings } from "./federated/federated-settings.ts";
import type { PasswordCost } from "./crypto/password-hasher.ts";
import type { PageHandler } from "./http/pages.ts";
import type { TurnstileSettings } from "./intake/turnstile.ts";
import type { Mailer } from "./mail/mailer.ts";
import type { NexusMail } from "./mail/nexus-mailer.ts";

/** A browser origin that may use Auth, and the service whose app it serves. */
export interface AllowedOriginSetting {
  readonly origin: string;
  readonly serviceId?: string;
}

/** Attempts within their windows, and how much there may be of what people make. */
export interface IdentityLimits {
  /** Sign-ins, registrations and set-ups a minute from one address (IPv6: one /64). */
  readonly perAddressPerMinute: number;
  /** Registrations an hour from one network (IPv4: one /24, IPv6: one /48). */
  readonly registrationsPerNetwork: number;
  /** Failed sign-ins in a row for one e-mail address before password sign-in rests. */
  readonly failuresPerEmail: number;
  readonly emailBlockMs: number;
  /** Organizations that one person makes; those of platform operators are not counted. */
  readonly organizationsPerPerson: number;
  /** Live keys, the members' and the organization's own together. */
  readonly apiKeysPerOrganization: number;
  /** Live keys of one person, in all organizations. */
  readonly apiKeysPerPerson: number;
  /** Invitations of an organization that wait for an answer. */
  readonly pendingInvitations: number;
  /** Invitations that one person writes within an hour, in all organizations together, a directory's in their name too. */
  readonly invitationsPerPerson: number;
}

export const defaultLimits: IdentityLimits = {
  perAddressPerMinute: 30,
  registrationsPerNetwork: 20,
  failuresPerEmail: 10,
  emailBlockMs: 15 * 60_000,
  organizationsPerPerson: 20,
  apiKeysPerOrganization: 500,
  apiKeysPerPerson: 50,
  pendingInvitations: 500,
  invitationsPerPerson: 200,
};

export interface IdentitySettings {
  readonly databaseUrl: string;
  /** The origin under which browsers and services reach Auth. Plain http is accepted for localhost alone. */
  readonly publicUrl: string;
  /** 32 bytes; seals signing keys. */
  readonly encryptionKey: Uint8Array;
  /** Earlier keys, still able to open. */
  readonly previousEncryptionKeys?: readonly Uint8Array[];
  /** How long a key signs before the next one takes over; 30 days by default. */
  readonly signingKeyPeriodMs?: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Beside those of the service manifests: the dashboard's, say. */
  readonly allowedOrigins?: readonly AllowedOriginSetting[];
  /** The dashboard's own origin; its client may also return there. */
  readonly dashboardOrigin?: string;
  /** The file with the first credentials, shown to the first administrator. */
  readonly firstRunFile?: string;
  /** Told once of the account that the set-up link made; where it is absent, the page shows the setting to copy. */
  readonly onFirstAdministrator?: (userId: string) => Promise<void>;
  /** `host:port` of clients' private or plain-http addresses, of keys and receivers of logout tokens; none but those an operator names. */
  readonly clientAllow?: readonly string[];
  /** Whether organizations may let in apps that a document at their own address describes; they may unless said otherwise. */
  readonly clientDocuments?: boolean;
  /** Whether third-party web apps may be on localhost; never in production. */
  readonly localAddresses?: boolean;
  /** Whether preview deployments of allow-listed Pages projects count; anyone who can push a branch runs code there. */
  readonly allowPreviews?: boolean;
  /** Sends the session cookie with `SameSite=None`, for apps on Pages domains; needs https. Lax by default. */
  readonly crossSiteCookies?: boolean;
  /** How many proxies of ours stand in front; 0: `X-Forwarded-For` is ignored. */
  readonly trustedProxies?: number;
  /** The origin of Topolo Admin, which owns the settings page; by default that of its manifest. */
  readonly adminUrl?: string | undefined;
  /** Serves the pages; without it their paths answer 404. */
  readonly pages?: PageHandler;
  /** Whether anybody may make an account; `open` unless said otherwise. */
  readonly registration?: "open" | "invitation";
  /** Nano-USD a month that an admitted organization may spend of the platform's; without it each admission says how much. */
  readonly selfServiceBudgetNanos?: bigint;
  /** Carries mail, after Nexus where both do; without either whatever needs mail answers 503. */
  readonly mailer?: Mailer;
  /** The Nexus that carries mail. */
  readonly nexusMail?: NexusMail;
  /** Mail is only written down; another process, which has the mailer, sends it. */
  readonly leavesMail?: boolean;
  /** The domain passkeys are made for: the host name of `publicUrl` by default, or a domain it lies in. */
  readonly rpId?: string;
  /** Which DNS servers say whose a domain is, as `address` or `address:port`; the system's own by default. */
  readonly dnsServers?: readonly string[];
  /** The services people may sign in with; none unless named. */
  readonly federated?: FederatedSettings;
  /** `host:port` of private or plain-http providers of organizations; none but those an operator names. */
  readonly organizationProvidersAllow?: readonly string[];
  /** The robot check of the public forms; without it they answer 503. */
  readonly turnstile?: TurnstileSettings | undefined;
  /** What hashing a password takes; argon2id at 19 MiB and two passes by default. Stored hashes keep the cost they were made at. */
  readonly passwordCost?: PasswordCost;
  readonly maxConnections?: number;
  readonly limits?: Partial<IdentityLimits>;
}

/** The origin, checked. */
export const parsePublicUrl = (publicUrl: string): URL => {
  const url = new URL(publicUrl);
  if (url.origin !== publicUrl.replace(/\/$/, ""))
    throw new Error(`Auth's public URL must be an origin: ${url.origin}`);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && url.hostname === "localhost")) {
    throw new Error("Auth's public URL must be https; plain http is accepted for localhost alone");
  }
  return url;
};
