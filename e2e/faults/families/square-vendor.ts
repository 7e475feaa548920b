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
  // Of its page orders are taken at once; in a form of the app they are set aside, by the call that authorizes them.
  redirects: true,
  formToken: "cnon:card-nonce-ok",
  openEmulator: () => createSquareEmulator({ now: Date.now, lateMs }),
  pay: ({ store }, objectId) => {
    if (store.orders.has(objectId)) return;
    const link = store.links.get(objectId.slice(objectId.lastIndexOf("-") + 1));
    if (link === undefined) throw new Error(`${objectId} is none of the vendor's orders`);
    paySquareLink(store, link);
  },
  isCapture: () => true,
  operationAt: ({ store }, path) =>
    store.payments.get(/\/v2\/payments\/(\w+)\/complete$/.exec(path)?.[1] ?? "")?.referenceId ?? null,
  objectOf: ({ store }, { kind, objectId }) => {
    if (kind === "capture") return store.payments.get(objectId)?.orderId ?? objectId;
    return kind === "order" ? namedOrder(store, objectId) : objectId;
  },
  payments: ({ store }) =>
    [...store.payments.values()].map(({ orderId, money, status, refunds }) => ({
      objectId: namedOrder(store, orderId),
      captured: status === "COMPLETED" ? BigInt(money.amount) : 0n,
      refunded: refunds.reduce((sum, refund) => sum + BigInt(refund.money.amount), 0n),
    })),
});
