import { createAdyenEmulator } from "../../../sandbox/adyen/adyen-emulator.ts";
import { payAdyenLink } from "../../../sandbox/adyen/adyen-links.ts";
import { jsonFamilyVendor, lateMs } from "./json-family-vendor.ts";

export const adyenVendor = jsonFamilyVendor({
  id: "adyen",
  redirects: true,
  operations: ["payments.checkout.create", "payments.order.create"],
  openEmulator: () => createAdyenEmulator({ now: Date.now, lateMs }),
  pay: ({ store }, objectId) => {
    const link = store.link(objectId);
    if (link === undefined) throw new Error(`${objectId} is none of the vendor's links`);
    payAdyenLink(store, link);
  },
  isCapture: () => false,
  payments: () => [],
});
