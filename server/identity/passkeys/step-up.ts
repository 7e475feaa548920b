import { AuthError } from "../auth-error.ts";
import type { HttpAnswer, HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";
import type { PresentedPasskey } from "./passkey-input.ts";
import { requestOptions } from "./request-options.ts";
import { listPasskeys } from "./store.ts";
import { verifyAssertion, type VerifiedPasskey } from "./verify-assertion.ts";

interface ByCaller extends HttpExchange {
  readonly caller: Caller;
}

const bindingOf = ({ caller }: ByCaller) =>
  ({ purpose: "step-up", userId: caller.session.user.id, sessionId: caller.session.sessionId }) as const;

/** Options for showing one's own passkey again. */
export const stepUpOptions = async (exchange: ByCaller): Promise<HttpAnswer> => {
  const known = await listPasskeys(exchange.context.db, exchange.caller.session.user.id);
  if (known.length === 0) throw new AuthError("passkey_not_found");
  return requestOptions(exchange, bindingOf(exchange), known);
};

/** Checks the passkey a signed-in person shows again: their own, for a challenge of this very session. */
export const verifyPasskeyStepUp = (exchange: ByCaller, shown: PresentedPasskey): Promise<VerifiedPasskey> =>
  verifyAssertion(exchange, { shown, binding: bindingOf(exchange), ownerId: exchange.caller.session.user.id });
