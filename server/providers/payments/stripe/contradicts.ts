import type { MovedMoney } from "../../../contracts/payments/money.ts";
import type { VendorObject } from "../../../contracts/payments/vendor-objects.ts";
import type { KeptAct } from "./stripe-request.ts";

const amountAt = (object: VendorObject): MovedMoney | null => {
  if (object.kind === "checkout" || object.kind === "link") return object.total;
  return object.kind === "order" || object.kind === "refund" ? object.amount : null;
};

/** Whether an object comes to something else than was asked for; one that cannot be said in whole minor units does. */
export const contradicts = ({ amount: asked }: KeptAct, object: VendorObject): boolean => {
  if (asked === undefined) return false;
  const shown = amountAt(object);
  return shown?.amount !== asked.amount || shown.currency !== asked.currency;
};
