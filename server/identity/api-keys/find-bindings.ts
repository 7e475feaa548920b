import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { findResourceServices } from "../catalogue/bindable-resources/store.ts";
import type { KeyScope } from "../catalogue/catalogue.ts";
import type { IdentityContext } from "../identity-context.ts";
import type { KeyBinding } from "./store.ts";

export const AskedBinding = z.strictObject({
  serviceId: z
    .string()
    .max(100)
    .optional()
    .describe("Whose resource it is; needed where several services of the scopes have registered it"),
  type: z.string().min(1).max(100),
  resourceId: z.string().min(1).max(200),
});
export type AskedBinding = z.infer<typeof AskedBinding>;

const refuse = (expected: string): AuthError =>
  new AuthError("invalid_request", { issues: [{ field: "resourceBindings", expected }] });

const uniqueBy = <T>(items: readonly T[], keyOf: (item: T) => string): T[] => [
  ...new Map(items.map((item) => [keyOf(item), item])).values(),
];

/**
 * The bindings with the service of each. Every resource is one that a service of the scopes has registered for this
 * organization, and a key that is bound is bound at every service of its scopes: none is left at which it could do anything.
 */
export const findBindings = async (
  { db, catalogues }: IdentityContext,
  organizationId: string,
  scopes: readonly KeyScope[],
  asked: readonly AskedBinding[],
): Promise<readonly KeyBinding[]> => {
  if (asked.length === 0) return [];
  const { services } = await catalogues.recent();
  const ofScopes = [...new Set(scopes.map(({ serviceId }) => serviceId))];
  const found = await Promise.all(
    asked.map(async ({ serviceId, type, resourceId }): Promise<KeyBinding> => {
      const offering = ofScopes.filter(
        (id) =>
          (serviceId === undefined || id === serviceId) &&
          services.get(id)?.bindableResourceTypes.some((offered) => offered.type === type),
      );
      if (offering.length === 0) throw refuse("resource types of the scopes' services");
      const [first, ...others] = await findResourceServices(db, organizationId, offering, { type, resourceId });
      if (first === undefined) throw refuse(`resources of the organization, not ${type} ${resourceId}`);
      if (others.length > 0) throw refuse(`serviceId beside ${type} ${resourceId}: several services have one`);
      return { serviceId: first, type, resourceId, endedAt: null };
    }),
  );
  const unbound = ofScopes.filter((id) => !found.some(({ serviceId }) => serviceId === id));
  if (unbound.length > 0) throw refuse(`a resource of ${unbound.join(", ")} too, or no scope of it`);
  return uniqueBy(found, ({ serviceId, type, resourceId }) => JSON.stringify([serviceId, type, resourceId]));
};
