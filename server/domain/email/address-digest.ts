import { sameMailboxKey } from "../../contracts/email/mailbox.ts";
import { digestToken, type Pepper } from "../../platform/crypto/index.ts";

/** By what an address is found in the rows of one organization; another's digest of it is another one. */
export const addressDigest = (pepper: Pepper, organizationId: string, address: string): Buffer =>
  digestToken(pepper, JSON.stringify(["mail address", organizationId, sameMailboxKey(address)]));
