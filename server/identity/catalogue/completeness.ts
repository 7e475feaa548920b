import type { CatalogueService } from "./catalogue.ts";

/** What a registration still lacks; complete when empty. Derived from the rows, never stored. */
export const missingFrom = (service: CatalogueService): readonly string[] => [
  ...(service.permissions.some(({ deprecatedAt }) => deprecatedAt === null) ? [] : ["permissions"]),
  ...(service.roleBundles.some(({ isDefault }) => isDefault) ? [] : ["role_bundles"]),
  ...(service.apiKeyScopes.some(({ deprecatedAt }) => deprecatedAt === null) ? [] : ["api_key_scopes"]),
  ...(service.docsUrl === null ? ["docs"] : []),
];
