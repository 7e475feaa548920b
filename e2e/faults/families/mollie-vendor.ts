import { capturedOf, payMolliePayment } from "../../../sandbox/mollie/mollie-payments.ts";
import { createMollieEmulator } from "../../../sandbox/mollie/mollie-emulator.ts";
import { jsonFamilyVendor, lateMs } from "./json-family-vendor.ts";

export const mollieVendor = jsonFamilyVendor({
  id: "mollie",
  redirects: true,
  openEmulator: () => createMollieEmulator({ now: Date.now, lateMs }),
  pay: ({ store }, objectId) => {
    const payment = store.payment(objectId);
    if (payment === undefined) throw new Error(`${objectId} is none of the vendor's payments`);
    payMolliePayment(store, payment, "paid");
  },
  // What is paid at once is taken by the payer, and by no call.
  isCapture: ({ store }, { objectId }) => store.payments.get(objectId)?.captureMode === "manual",
  objectOf: ({ store }, { kind, objectId }) => {
    const paid = [...store.payments.values()].find(({ refunds }) => refunds.some(({ id }) => id === objectId));
    return kind === "refund" && paid !== undefined ? `${paid.id}-${objectId}` : objectId;
  },
  payments: ({ store }) =>
    [...store.payments.values()].map((payment) => ({
      objectId: payment.id,
      captured: BigInt(capturedOf(payment)),
      refunded: payment.refunds.reduce((sum, { units }) => sum + BigInt(units), 0n),
    })),
});
