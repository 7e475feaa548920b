import { createRazorpayEmulator } from "../../../sandbox/razorpay/razorpay-emulator.ts";
import { payAtRazorpay } from "../../../sandbox/razorpay/razorpay-payments.ts";
import { jsonFamilyVendor, lateMs } from "./json-family-vendor.ts";

export const razorpayVendor = jsonFamilyVendor({
  id: "razorpay",
  // A capture bears neither key nor mark: no fault finds it.
  operations: ["payments.checkout.create", "payments.order.create", "payments.refund.create"],
  openEmulator: () => createRazorpayEmulator({ now: Date.now, lateMs }),
  pay: ({ store }, objectId) => void payAtRazorpay(store, objectId),
  isCapture: () => true,
  payments: ({ store }) =>
    [...store.payments.values()].map(({ ofId, amount, status, refunds }) => ({
      objectId: ofId,
      captured: status === "captured" ? BigInt(amount) : 0n,
      refunded: refunds.reduce((sum, refund) => sum + BigInt(refund.amount), 0n),
    })),
});
