import type { CatalogueService } from "./catalogue.ts";

/** What everybody who may know of a service is told of it, under the names of the manifest. */
export const serviceFacts = (service: CatalogueService) => ({
  slug: service.slug,
  name: service.name,
  description: service.description,
  surface_kind: service.surfaceKind,
  surface_group: service.surfaceGroup,
  launchable: service.launchable,
  launch_url: service.launchUrl,
});
