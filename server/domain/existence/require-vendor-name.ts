import { unknownName } from "./unknown-thing.ts";

/** The registered vendors, by id. */
export interface VendorRegister<V> {
  readonly get: (vendorId: string) => V | undefined;
  readonly keys: () => Iterable<string>;
}

/** The registered vendor, or INVALID_INPUT with the one that looks most like it. */
export const requireVendorName = <V>(vendors: VendorRegister<V>, vendorId: string, field = "vendor"): V => {
  const vendor = vendors.get(vendorId);
  if (vendor === undefined) throw unknownName(field, "the id of a registered vendor", vendorId, vendors.keys());
  return vendor;
};
