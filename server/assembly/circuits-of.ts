import { resolveCredentials } from "../domain/credentials/index.ts";
import type { OpenCircuit } from "../domain/routing/index.ts";
import { providers } from "../providers/index.ts";
import type { RuntimeState } from "./open-runtime-state.ts";

/** The circuits that calls of an organization meet in this process, with the credentials that may pay for them. */
export const circuitsOf =
  ({ breaker, credentials }: Pick<RuntimeState, "breaker" | "credentials">) =>
  (organizationId: string): readonly OpenCircuit[] => {
    if (breaker.list().length === 0) return [];
    const stored = credentials.current();
    return breaker.list({
      organizationId,
      credentials: [...providers.keys()].flatMap((vendor) => resolveCredentials(stored, organizationId, vendor)),
    });
  };
