import type { AuthFieldIssue } from "../auth-error.ts";
import { unregisteredAppsService } from "../client-documents/unregistered-apps.ts";
import { serviceOf, type Catalogue } from "./catalogue.ts";
import { looksLikeOwnApp } from "../names/looks-like-own-app.ts";
import type { Manifest } from "./manifest.ts";
import { isLocalUrl, isPublicUrl, isRedirectUri } from "./public-url.ts";

interface Rules {
  /** Whether web clients may be on localhost, as while an installation is used for development. */
  readonly localAddresses: boolean;
}

const urlIssues = (field: string, url: string | null): AuthFieldIssue[] =>
  url === null || isPublicUrl(url) ? [] : [{ field, expected: "an https address of a public name" }];

const clientIssues = ({ id, slug, clients = [] }: Manifest, { localAddresses }: Rules): AuthFieldIssue[] =>
  clients.flatMap(
    (
      { client_id: clientId, type, redirect_uris, post_logout_redirect_uris, backchannel_logout_uri, jwks_uri },
      index,
    ) => [
      ...(clientId === id || clientId.startsWith(`${slug}-`)
        ? []
        : [{ field: `clients.${index}.client_id`, expected: `${id}, or a name that begins with ${slug}-` }]),
      ...[...redirect_uris, ...post_logout_redirect_uris]
        .filter((uri) => !isRedirectUri(uri, type) && !(localAddresses && type !== "native" && isLocalUrl(uri)))
        .map(() => ({
          field: `clients.${index}.redirect_uris`,
          expected: type === "native" ? "loopback addresses" : "https addresses of public names",
        })),
      ...urlIssues(`clients.${index}.backchannel_logout_uri`, backchannel_logout_uri ?? null),
      ...urlIssues(`clients.${index}.jwks_uri`, jwks_uri ?? null),
    ],
  );

/** Permissions of other services must be there; its own are in the same manifest. */
const scopeIssues = ({ id, clients = [] }: Manifest, { permissions }: Catalogue): AuthFieldIssue[] => {
  const known = new Set(permissions);
  return clients.flatMap(({ scopes = [] }, index) =>
    scopes
      .filter((scope) => serviceOf(scope) !== id && !known.has(scope))
      .map((scope) => ({
        field: `clients.${index}.scopes`,
        expected: `permissions of registered services, not ${scope}`,
      })),
  );
};

/** An app of somebody else, or a client of it, that people would take for one of ours. */
const nameIssues = ({ name, clients = [] }: Manifest, { services }: Catalogue): AuthFieldIssue[] =>
  [
    { field: "name", text: name },
    ...clients.map((client, index) => ({ field: `clients.${index}.name`, text: client.name ?? "" })),
  ]
    .filter(({ text }) => looksLikeOwnApp(text, services.values()))
    .map(({ field }) => ({ field, expected: "a name that does not look like one of Topolo's own apps" }));

/** What a manifest that is not checked in may not say: nobody becomes first-party by it, nor reaches our cookies. */
export const thirdPartyIssues = (manifest: Manifest, catalogue: Catalogue, rules: Rules): readonly AuthFieldIssue[] => [
  ...(manifest.first_party
    ? [{ field: "first_party", expected: "false: first-party manifests are checked in with the code" }]
    : []),
  ...(manifest.id === unregisteredAppsService
    ? [{ field: "id", expected: "another one: apps without a registration count under this one" }]
    : []),
  ...(manifest.default_access ? [{ field: "default_access", expected: "false: organizations are given access" }] : []),
  ...(manifest.origins.length + manifest.pages_projects.length > 0
    ? [{ field: "origins", expected: "none: third-party apps sign in by OAuth, not by our cookie" }]
    : []),
  ...(rules.localAddresses && manifest.launch_url !== null && isLocalUrl(manifest.launch_url)
    ? []
    : urlIssues("launch_url", manifest.launch_url)),
  ...urlIssues("docs_url", manifest.docs_url),
  ...clientIssues(manifest, rules),
  ...scopeIssues(manifest, catalogue),
  ...(manifest.first_party ? [] : nameIssues(manifest, catalogue)),
  ...manifest.calls
    .filter((id) => id !== manifest.id && catalogue.services.get(id)?.status !== "active")
    .map((id) => ({ field: "calls", expected: `registered services, not ${id}` })),
];
