import type { CatalogueService } from "./catalogue.ts";

/** The facts about a service for everybody who may see it, under the names of the manifest. */
export const serviceFacts = (service: CatalogueService) => ({
  slug: service.slug,
  name: service.name,
  description: service.description,
  surface_kind: service.surfaceKind,
  surface_group: service.surfaceGroup,
  launchable: service.opensAt !== null,
  launch_url: service.opensAt ?? service.launchUrl,
});
