import type { AskRequest, AskResponse } from "./ask.ts";
import { AuthUnavailable } from "./errors.ts";

/** Somebody who asks for more of a budget, or what was decided of it, about which people are mailed. */
export interface BudgetRequestNews {
  /** A UUID: of the request, and another one of its decision. Told again under the same one, it is the same. */
  readonly id: string;
  readonly organizationId: string;
  /** Who asks. */
  readonly userId: string;
  /** `open`: the administrators are mailed; else whoever asked is. */
  readonly state: "open" | "granted" | "declined";
  readonly limitBeforeNanos: string;
  readonly limitWantedNanos: string;
  /** Of a grant: the limit that holds until `grantedUntil`; else null. */
  readonly grantedNanos: string | null;
  readonly grantedUntil: string | null;
}

/** Refusals that no repeat changes. */
const final: ReadonlySet<number> = new Set([400, 404]);

/** Tells Auth of requests for more, under the client secret. */
export const createTellBudgetRequest =
  (ask: (question: AskRequest) => Promise<AskResponse>, basic: string | undefined, serviceId: string) =>
  async (news: BudgetRequestNews): Promise<boolean> => {
    if (basic === undefined) throw new AuthUnavailable("telling of requests needs a client secret");
    const { status } = await ask({
      method: "POST",
      path: `/api/services/${serviceId}/told-budget-requests`,
      headers: { Authorization: basic },
      body: news,
    });
    if (status === 200) return true;
    if (final.has(status)) return false;
    throw new AuthUnavailable(`the request was not taken: status ${status}`);
  };
