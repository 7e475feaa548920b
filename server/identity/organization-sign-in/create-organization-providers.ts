import type { Clock } from "../../platform/clock.ts";
import { createEgress } from "../../platform/egress/index.ts";
import type { Logger } from "../../platform/logger.ts";
import type { Sealer } from "../crypto/seal.ts";
import { createGuardedFetch } from "../http/guarded-fetch.ts";
import { createOidcSignIn } from "../federated/oidc-sign-in.ts";
import type { Provider } from "../federated/provider.ts";
import { secretPlace } from "./secret-place.ts";
import type { SignInSettingsRow } from "./store.ts";

/** Ways to the OpenID providers of organizations. */
export interface OrganizationProviders {
  readonly of: (settings: SignInSettingsRow) => Provider<`org:${string}`>;
  /** Throws where a browser should not be sent there. */
  readonly checkOrigin: (origin: string) => void;
  readonly close: () => Promise<void>;
}

interface CreateOrganizationProviders {
  readonly issuer: string;
  /** `host:port` of private or plain-http providers that the operator permits. */
  readonly allow: readonly string[];
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly log: Logger;
}

const maxKept = 500;
const timeoutMs = 5_000;

/** Opens the ways; the metadata of a provider is kept while its settings stay. */
export const createOrganizationProviders = ({
  issuer,
  allow,
  sealer,
  clock,
  log,
}: CreateOrganizationProviders): OrganizationProviders => {
  const egress = createEgress({ allow: [...allow], clock, log, connectTimeoutMs: timeoutMs });
  const kept = new Map<string, { readonly version: number; readonly provider: Provider<`org:${string}`> }>();

  const create = (settings: SignInSettingsRow): Provider<`org:${string}`> => {
    const organizationId = settings.organization_id;
    const id = `org:${organizationId}` as const;
    return createOidcSignIn({
      id,
      name: settings.organization_name,
      issuer: new URL(settings.issuer),
      clientId: settings.client_id ?? "",
      clientSecret: sealer.open(settings.secret_sealed ?? "", secretPlace(organizationId)),
      redirectUri: `${issuer}/organization-sign-in/${organizationId}/callback`,
      // Whether the address is of the organization's own domain is decided afterwards.
      isEmailVerified: ({ email_verified: verified }) => verified !== false && verified !== "false",
      subjectOf: ({ sub }) => sub,
      fetch: createGuardedFetch({ egress, name: id, timeoutMs, maxBytes: 512 * 1024 }),
      checkOrigin: egress.check,
      timeoutMs,
      clock,
      log,
    });
  };

  return {
    of: (settings) => {
      const version = settings.updated_at.getTime();
      const found = kept.get(settings.organization_id);
      if (found?.version === version) return found.provider;
      const provider = create(settings);
      kept.delete(settings.organization_id);
      kept.set(settings.organization_id, { version, provider });
      const oldest = kept.size > maxKept ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
      return provider;
    },
    checkOrigin: egress.check,
    close: egress.close,
  };
};
