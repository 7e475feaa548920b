import type { AskRequest, AskResponse } from "./ask.ts";
import { AuthUnavailable } from "./errors.ts";

/** A change to something that a service keeps, about which the person and the organization's owners are mailed. */
export interface SecurityChange {
  /** A UUID. Told again under the same one, it is the same change. */
  readonly id: string;
  /** One of those that Auth knows of this service, for example `vendor-key.create`. */
  readonly kind: string;
  readonly organizationId: string;
  /** Who did it. */
  readonly actor: { readonly type: "user" | "api_key" | "service" | "operator"; readonly id: string };
  /** Id of the thing that was changed. */
  readonly target: string;
  /** What people call it. */
  readonly name: string;
}

/** Refusals that no repeat changes: Auth does not know the kind, or the organization does not use the service. */
const final: ReadonlySet<number> = new Set([400, 404]);

/** Tells Auth of changes, under the client secret. */
export const createTellChange =
  (ask: (question: AskRequest) => Promise<AskResponse>, basic: string | undefined, serviceId: string) =>
  async (change: SecurityChange): Promise<boolean> => {
    if (basic === undefined) throw new AuthUnavailable("telling of changes needs a client secret");
    const { status } = await ask({
      method: "POST",
      path: `/api/services/${serviceId}/told-changes`,
      headers: { Authorization: basic },
      body: change,
    });
    if (status === 200) return true;
    if (final.has(status)) return false;
    throw new AuthUnavailable(`the change was not taken: status ${status}`);
  };
