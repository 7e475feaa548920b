import type { HttpExchange } from "../http/exchange.ts";
import { passTurnstile } from "../intake/pass-turnstile.ts";
import type { TurnstilePass } from "../intake/turnstile.ts";
import type { RegisterInput } from "./register.ts";

const pass = passTurnstile("register");

/** Lets nobody register without the robot check where the installation has one. */
export const askForTurnstile = async (
  exchange: HttpExchange & { readonly input: RegisterInput },
): Promise<{ readonly pass?: TurnstilePass }> =>
  exchange.context.turnstile.siteKey === undefined ? {} : pass(exchange);
