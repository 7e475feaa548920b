import { unregisteredAppsService } from "../client-documents/unregistered-apps.ts";
import type { CatalogueService } from "./catalogue.ts";

/** A part without which a registration is not complete. */
export type MissingPart = "permissions" | "role_bundles" | "api_key_scopes" | "docs";

const absent = (part: MissingPart, isThere: boolean): MissingPart[] => (isThere ? [] : [part]);

/** What no person and no key uses gives nothing out. */
const givesNothing = ({ surfaceKind }: CatalogueService): boolean => surfaceKind === "internal";

const partsToGive = (service: CatalogueService): readonly MissingPart[] => [
  ...absent(
    "permissions",
    service.permissions.some(({ deprecatedAt }) => deprecatedAt === null),
  ),
  ...absent(
    "role_bundles",
    service.roleBundles.some(({ isDefault }) => isDefault),
  ),
  ...absent(
    "api_key_scopes",
    service.apiKeyScopes.some(({ deprecatedAt }) => deprecatedAt === null),
  ),
];

const missingParts = (service: CatalogueService): readonly MissingPart[] => [
  ...(givesNothing(service) ? [] : partsToGive(service)),
  ...absent("docs", service.docsUrl !== null),
];

/** What a registration still lacks; complete when empty. Derived from the rows, never stored. Apps without one lack none. */
export const missingFrom = (service: CatalogueService): readonly MissingPart[] =>
  service.id === unregisteredAppsService ? [] : missingParts(service);

export interface RegistrationState {
  readonly complete: boolean;
  readonly missing: readonly MissingPart[];
}

export const registrationStateOf = (service: CatalogueService): RegistrationState => {
  const missing = missingFrom(service);
  return { complete: missing.length === 0, missing };
};
