import {
  createsPasskeysByItself,
  deviceMakesPasskeys,
  hasPasskeys,
  upgradeToPasskey,
} from "../../_auth-api/passkeys.ts";
import { fetchCurrentUser } from "../../_auth-api/session.ts";
import { mayOfferPasskey, restPasskeyOffer } from "./passkey-offers.ts";
import { thenReturn } from "./return-to.ts";

/** Where somebody confirms a device, or adds a passkey anyway, nothing is offered on the way. */
const unasked = /^\/(device|add-passkey)(\/|\?|$)/;

const offerPasskey = async (to: string): Promise<string> => {
  const me = await fetchCurrentUser();
  if (!me.emailVerified || !mayOfferPasskey(me.id)) return to;
  const [creates, makes] = await Promise.all([createsPasskeysByItself(), deviceMakesPasskeys()]);
  if (!creates && !makes) return to;
  if (creates && (await upgradeToPasskey())) restPasskeyOffer(me.id);
  else if (makes && !(await hasPasskeys())) return thenReturn("/add-passkey", to);
  return to;
};

/**
 * Where to go after a sign-in by password. Where the browser keeps that password, it may make a passkey beside it by
 * itself; otherwise one is offered, to people who have none, on a device that can make one.
 */
export const afterPassword = (to: string): Promise<string> =>
  unasked.test(to) ? Promise.resolve(to) : offerPasskey(to).catch(() => to);
