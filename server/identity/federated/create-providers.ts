import type { Clock } from "../../platform/clock.ts";
import { createEgress } from "../../platform/egress/index.ts";
import type { Logger } from "../../platform/logger.ts";
import type { FederatedSettings } from "./federated-settings.ts";
import { createGithubSignIn } from "./github-sign-in.ts";
import { createGuardedFetch } from "../http/guarded-fetch.ts";
import { createOidcSignIn } from "./oidc-sign-in.ts";
import type { Provider, ProviderId } from "./provider.ts";

/** The providers that are configured. */
export interface Providers {
  readonly find: (id: string) => Provider | undefined;
  readonly list: readonly { readonly id: ProviderId; readonly name: string }[];
  readonly close: () => Promise<void>;
}

interface CreateProviders {
  readonly settings: FederatedSettings;
  readonly issuer: string;
  readonly clock: Clock;
  readonly log: Logger;
}

const hostAndPort = ({ hostname, port, protocol }: URL): string =>
  `${hostname}:${port === "" ? (protocol === "https:" ? "443" : "80") : port}`;

const configuredHosts = ({ google, microsoft, github }: FederatedSettings): string[] =>
  [google?.issuer, microsoft?.issuer, github?.url, github?.apiUrl].flatMap((address) =>
    address === undefined ? [] : [hostAndPort(new URL(address))],
  );

const isTrue = (value: unknown): boolean => value === true || value === "true" || value === 1 || value === "1";

const tenantForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A subject is one within its tenant, which every id_token names. A tenant's id has one form, so that no two pairs join alike. */
const microsoftSubject = ({ tid, sub }: Readonly<Record<string, unknown>> & { readonly sub: string }) => {
  const tenant = typeof tid === "string" ? tid.toLowerCase() : "";
  return tenantForm.test(tenant) ? `${tenant}/${sub}` : undefined;
};

/** Opens the ways out to the configured providers; nothing is asked of them before somebody signs in. */
export const createProviders = ({ settings, issuer, clock, log }: CreateProviders): Providers => {
  const { google, microsoft, github, timeoutMs = 5_000 } = settings;
  const egress = createEgress({ allow: configuredHosts(settings), clock, log, connectTimeoutMs: timeoutMs });
  const common = (id: ProviderId) => ({
    redirectUri: `${issuer}/federated/${id}/callback`,
    fetch: createGuardedFetch({ egress, name: id, timeoutMs, maxBytes: 512 * 1024 }),
    checkOrigin: egress.check,
    timeoutMs,
    clock,
    log,
  });
  const providers: Provider[] = [];
  if (google)
    providers.push(
      createOidcSignIn({
        ...common("google"),
        ...google,
        id: "google",
        name: "Google",
        issuer: new URL(google.issuer ?? "https://accounts.google.com"),
        isEmailVerified: ({ email_verified: verified }) => isTrue(verified),
        subjectOf: ({ sub }) => sub,
      }),
    );
  if (microsoft)
    providers.push(
      createOidcSignIn({
        ...common("microsoft"),
        ...microsoft,
        id: "microsoft",
        name: "Microsoft",
        issuer: new URL(
          microsoft.issuer ??
            `https://login.microsoftonline.com/${encodeURIComponent(microsoft.tenant ?? "common")}/v2.0`,
        ),
        // A tenant may write any address into its accounts; only this optional claim says that the domain is the tenant's.
        isEmailVerified: ({ xms_edov: ownsDomain }) => isTrue(ownsDomain),
        subjectOf: microsoftSubject,
      }),
    );
  if (github)
    providers.push(
      createGithubSignIn({
        ...common("github"),
        ...github,
        url: new URL(github.url ?? "https://github.com"),
        apiUrl: new URL(github.apiUrl ?? "https://api.github.com"),
      }),
    );
  return {
    find: (id) => providers.find((provider) => provider.id === id),
    list: providers.map(({ id, name }) => ({ id, name })),
    close: egress.close,
  };
};
