import type { FieldIssue } from "../auth-error.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Manifest } from "./manifest.ts";
import { isPublicUrl } from "./public-url.ts";

const urlIssues = (field: string, url: string | null): FieldIssue[] =>
  url === null || isPublicUrl(url) ? [] : [{ field, expected: "an https address of a public name" }];

/** What a manifest that is not checked in may not say: nobody becomes first-party by it, nor reaches our cookies. */
export const thirdPartyIssues = (manifest: Manifest, { services }: Catalogue): readonly FieldIssue[] => [
  ...(manifest.first_party
    ? [{ field: "first_party", expected: "false: first-party manifests are checked in with the code" }]
    : []),
  ...(manifest.default_access ? [{ field: "default_access", expected: "false: organizations are given access" }] : []),
  ...(manifest.origins.length + manifest.pages_projects.length > 0
    ? [{ field: "origins", expected: "none: third-party apps sign in by OAuth, not by our cookie" }]
    : []),
  ...urlIssues("launch_url", manifest.launch_url),
  ...urlIssues("docs_url", manifest.docs_url),
  ...manifest.calls
    .filter((id) => id !== manifest.id && services.get(id)?.status !== "active")
    .map((id) => ({ field: "calls", expected: `registered services, not ${id}` })),
];
