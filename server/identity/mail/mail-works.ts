import { AuthError } from "../auth-error.ts";
import type { HttpExchange } from "../http/exchange.ts";

/** A route that is of no use without mail. */
export const mailWorks = ({ context }: HttpExchange): void => {
  if (!context.outbox.enabled) throw new AuthError("mail_unavailable");
};
