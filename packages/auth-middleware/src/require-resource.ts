import { ResourceDenied } from "./errors.ts";
import type { Principal, RequestedResource } from "./principal.ts";

/**
 * Throws ResourceDenied where the principal is a key that is bound to resources, unless the request is about bound ones
 * alone. A request about no resource is none for such a key. Everybody else passes.
 */
export const requireResource = (
  { apiKey }: Pick<Principal, "apiKey">,
  requested: readonly RequestedResource[],
): void => {
  const bindings = apiKey?.resourceBindings ?? [];
  if (bindings.length === 0) return;
  const isBound = ({ type, resourceId }: RequestedResource): boolean =>
    bindings.some((binding) => binding.type === type && binding.resourceId === resourceId);
  if (requested.length === 0 || !requested.every(isBound)) throw new ResourceDenied();
};
