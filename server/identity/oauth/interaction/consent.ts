import { z } from "zod";
import { AuthError } from "../../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../../http/exchange.ts";
import type { Caller } from "../../http/steps.ts";
import { describeRequest, ScopeChoice, ShownOrganization, type RequestedAccess } from "./access-request.ts";
import { allowRequest } from "./allow-request.ts";
import { requireRecentSignIn } from "../../step-up/require-recent-sign-in.ts";
import { requireLetIn } from "./require-let-in.ts";
import type { PendingInteraction } from "./read-interaction.ts";

export const DecideInteractionInput = z.strictObject({
  decision: z.enum(["allow", "deny"]),
  scopes: ScopeChoice,
  organizationId: ShownOrganization,
});
export type DecideInteractionInput = z.infer<typeof DecideInteractionInput>;

interface Asked extends HttpExchange {
  readonly caller: Caller;
  readonly pending: PendingInteraction;
}

/** Consent is given by the person it was asked of, in the session it was asked in. */
const requireSamePerson = ({ caller, pending }: Asked): void => {
  const { prompt, session } = pending.interaction.details;
  if (prompt.name !== "consent" || session?.uid !== caller.session.sessionId)
    throw new AuthError("interaction_not_found");
};

const requestedAccess = ({ client, scopes, interaction }: PendingInteraction): RequestedAccess => {
  const { params } = interaction.details;
  const prompts = typeof params.prompt === "string" ? params.prompt.split(" ") : [];
  return {
    client,
    scopes,
    address: typeof params.redirect_uri === "string" ? params.redirect_uri : "",
    anew: prompts.includes("consent"),
  };
};

/** Which app asks, and for what. */
export const showInteraction = async (asked: Asked): Promise<HttpAnswer> => {
  requireSamePerson(asked);
  await requireLetIn(asked, asked.pending.client);
  return okAnswer(await describeRequest(asked, requestedAccess(asked.pending)));
};

/** Records the decision; the page goes where the answer says. */
export const decideInteraction = async (
  asked: Asked & { readonly input: DecideInteractionInput },
): Promise<HttpAnswer> => {
  requireSamePerson(asked);
  const { pending, input } = asked;
  const { interaction } = pending;
  if (input.decision === "deny") {
    const denied = { error: "access_denied", error_description: "the person denied the request" };
    return okAnswer({ redirectTo: await interaction.finish(denied) });
  }
  await requireLetIn(asked, pending.client);
  requireRecentSignIn(asked);
  const { grantId } = await allowRequest(asked, {
    asked: requestedAccess(pending),
    choice: input.scopes,
    named: input.organizationId,
  });
  return okAnswer({ redirectTo: await interaction.finish({ consent: { grantId } }) });
};
