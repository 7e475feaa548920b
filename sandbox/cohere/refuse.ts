import type { Refusal } from "../refusal.ts";
import { jsonReply } from "../vendor.ts";
import type { VendorReply } from "../vendor.ts";

/** An error as Cohere writes it: a sentence and an id, and no code. https://docs.cohere.com/reference/errors */
export const refuse = ({ status, message }: Refusal, digest: string): VendorReply =>
  jsonReply(status, {}, { id: `${digest.slice(0, 8)}-refused`, message });
