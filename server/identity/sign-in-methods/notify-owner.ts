import type { PoolClient } from "pg";
import type { HttpExchange } from "../http/exchange.ts";
import type { Caller } from "../http/steps.ts";

const changes = {
  "passkey-added": "A passkey was added to your Topolo account.",
  "passkey-uncounted":
    "A passkey that signed in to your Topolo account no longer counts its uses. That is so after a move to a password manager that syncs; it may also be a copy of the passkey.",
  "passkey-removed": "A passkey was removed from your Topolo account.",
  "identity-linked": "An account from another service was linked to your Topolo account and can be used to sign in.",
  "identity-unlinked": "An account from another service was unlinked from your Topolo account.",
} as const;

export type SignInMethodChange = keyof typeof changes;

const noticeMs = 7 * 24 * 3_600_000;

/** Writes the holder of an address an e-mail, on the transaction of the change; send it with `outbox.flush()`. */
export const notifyAddress =
  ({ context }: HttpExchange, to: string, change: SignInMethodChange) =>
  (client: PoolClient): Promise<void> =>
    context.outbox.put(client, {
      kind: `sign-in-ways.${change}`,
      to,
      template: {
        subject: "Your sign-in settings were changed",
        paragraphs: [changes[change]],
        closing: [`If this was not you, choose a new password now at ${context.issuer}/forgot-password`],
      },
      expiresAt: new Date(context.clock.now() + noticeMs),
    });

/** The same, for the owner of the account who is signed in. */
export const notifyOwner = (
  exchange: HttpExchange & { readonly caller: Caller },
  change: SignInMethodChange,
): ((client: PoolClient) => Promise<void>) => notifyAddress(exchange, exchange.caller.session.user.email, change);
