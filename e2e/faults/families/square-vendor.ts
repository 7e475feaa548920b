import { createSquareEmulator } from "../../../sandbox/square/square-emulator.ts";
import { paySquareLink } from "../../../sandbox/square/square-payments.ts";
import type { SquareStore } from "../../../sandbox/square/square-store.ts";
import { jsonFamilyVendor, lateMs } from "./json-family-vendor.ts";

/** As Nexus names an order: with the link by which it is paid. */
const namedOrder = (store: SquareStore, orderId: string): string => {
  const link = store.linkOf(orderId);
  return link === undefined ? orderId : `${orderId}-${link.id}`;
};

export const squareVendor = jsonFamilyVendor({
  id: "square",
  // Of its page orders are taken at once, so that there is nothing to capture; in a form of the app it is set aside.
  redirects: true,
  operations: ["payments.checkout.create", "payments.order.create", "payments.refund.create"],
  openEmulator: () => createSquareEmulator({ now: Date.now, lateMs }),
  pay: ({ store }, objectId) => {
    const link = store.links.get(objectId.slice(objectId.lastIndexOf("-") + 1));
    if (link === undefined) throw new Error(`${objectId} is none of the vendor's orders`);
    paySquareLink(store, link);
  },
  isCapture: () => false,
  objectOf: ({ store }, { kind, objectId }) => (kind === "order" ? namedOrder(store, objectId) : objectId),
  payments: ({ store }) =>
    [...store.payments.values()].map(({ orderId, money, status, refunds }) => ({
      objectId: namedOrder(store, orderId),
      captured: status === "COMPLETED" ? BigInt(money.amount) : 0n,
      refunded: refunds.reduce((sum, refund) => sum + BigInt(refund.money.amount), 0n),
    })),
});
