import type { CatalogueService } from "../catalogue/catalogue.ts";
import type { IdentityContext } from "../identity-context.ts";
import { accessibleServices } from "../permissions/evaluate.ts";
import { loadGrants } from "../permissions/store.ts";
import type { LiveSession } from "../validation/live-session.ts";

/** The registry's own fields tell applications from everything else. */
export const isLaunchable = ({ status, opensAt }: CatalogueService): boolean => status === "active" && opensAt !== null;

/** Whether the person may open a service: by their kind of account, and by what the active organization may use now. */
export const createEligibility = async (
  context: IdentityContext,
  { user, organization, platformBypass }: LiveSession,
): Promise<(service: CatalogueService) => boolean> => {
  if (!user.launcherEligible || organization?.status !== "active") return () => false;
  if (platformBypass) return () => true;
  const access = accessibleServices(
    await loadGrants(context.db, organization.id, undefined),
    new Date(context.clock.now()),
  );
  return ({ id }) => access.has(id);
};
