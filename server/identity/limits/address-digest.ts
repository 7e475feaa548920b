import { createHmac } from "node:crypto";
import { networkOf } from "./address-limiter.ts";

/** A network address that can be compared, not read: keyed, since there are few addresses to try. */
export const createAddressDigest = (encryptionKey: Uint8Array): ((address: string) => Buffer) => {
  const key = createHmac("sha256", encryptionKey).update("topolo-auth address digest").digest();
  return (address) => createHmac("sha256", key).update(networkOf(address)).digest();
};
