import { z } from "zod";
import { AuthError } from "../auth-error.ts";
import { okAnswer, type HttpAnswer, type HttpExchange } from "../http/exchange.ts";
import type { Params } from "../http/route.ts";
import type { Caller } from "../http/steps.ts";
import { notifyOwner } from "../sign-in-methods/notify-owner.ts";
import { passkeyName } from "./passkey-input.ts";
import { listPasskeys, deletePasskey, updatePasskeyName, type PasskeyRow } from "./store.ts";

export const RenamePasskeyInput = z.strictObject({ name: passkeyName });
export type RenamePasskeyInput = z.infer<typeof RenamePasskeyInput>;

interface ByCaller extends HttpExchange {
  readonly caller: Caller;
}

interface OnOne extends ByCaller, Params {}

/** A passkey as it is shown; never its key. */
export const passkeyAnswer = ({ id, name, createdAt, lastUsedAt, backedUp, deviceType }: PasskeyRow) => ({
  id,
  name,
  createdAt: createdAt.toISOString(),
  lastUsedAt: lastUsedAt?.toISOString() ?? null,
  backedUp,
  deviceType,
});

const ownOf = ({ params, caller }: OnOne) => ({ id: params.id ?? "", userId: caller.session.user.id });

export const listOwnPasskeys = async ({ context, caller }: ByCaller): Promise<HttpAnswer> =>
  okAnswer({ passkeys: (await listPasskeys(context.db, caller.session.user.id)).map(passkeyAnswer) });

export const renamePasskey = async (exchange: OnOne & { readonly input: RenamePasskeyInput }): Promise<HttpAnswer> => {
  const { context, request, input } = exchange;
  const origin = { ip: request.ip, requestId: request.requestId };
  const now = new Date(context.clock.now());
  const renamed = await updatePasskeyName(context.db, ownOf(exchange), input.name, { now, origin });
  if (!renamed) throw new AuthError("passkey_not_found");
  return okAnswer(passkeyAnswer(renamed));
};

/** Removes a passkey. Sessions that were opened with it live on. */
export const removePasskey = async (exchange: OnOne): Promise<HttpAnswer> => {
  const { context, request, caller } = exchange;
  const { sessionId } = caller.session;
  const origin = { ip: request.ip, requestId: request.requestId };
  const now = new Date(context.clock.now());
  const tell = notifyOwner(exchange, "passkey-removed");
  const outcome = await deletePasskey(context.db, ownOf(exchange), { now, origin, tell, sessionId });
  if (outcome === "missing") throw new AuthError("passkey_not_found");
  if (outcome === "last") throw new AuthError("last_factor");
  context.outbox.flush();
  return { status: 204 };
};
