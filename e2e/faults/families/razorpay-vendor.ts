import { markedIn } from "../../../sandbox/acting/marked-in.ts";
import { createRazorpayEmulator } from "../../../sandbox/razorpay/razorpay-emulator.ts";
import { payAtRazorpay } from "../../../sandbox/razorpay/razorpay-payments.ts";
import { jsonFamilyVendor, lateMs } from "./json-family-vendor.ts";

export const razorpayVendor = jsonFamilyVendor({
  id: "razorpay",
  openEmulator: () => createRazorpayEmulator({ now: Date.now, lateMs }),
  pay: ({ store }, objectId) => void payAtRazorpay(store, objectId),
  isCapture: () => true,
  operationAt: ({ store }, path) => {
    const payment = store.payments.get(/\/(pay_\w+)\/capture$/.exec(path)?.[1] ?? "");
    return markedIn(store.orders.get(payment?.ofId ?? "")?.notes);
  },
  payments: ({ store }) =>
    [...store.payments.values()].map(({ ofId, amount, status, refunds }) => ({
      objectId: ofId,
      captured: status === "captured" ? BigInt(amount) : 0n,
      refunded: refunds.reduce((sum, refund) => sum + BigInt(refund.amount), 0n),
    })),
});
