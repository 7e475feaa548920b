import type { AiVendor } from "../server/contracts/ai-vendor.ts";
import { providers } from "../server/providers/index.ts";

/** A vendor whose models write. */
export type TextVendor = AiVendor & Required<Pick<AiVendor, "generateText" | "streamText" | "defaultMaxOutputTokens">>;

export const isTextVendor = (vendor: AiVendor | undefined): vendor is TextVendor =>
  vendor?.generateText !== undefined && vendor.streamText !== undefined && vendor.defaultMaxOutputTokens !== undefined;

/** The vendor of that id, whose models write. */
export const textVendorOf = (id: string): TextVendor => {
  const vendor = providers.get(id)?.ai;
  if (!isTextVendor(vendor)) throw new Error(`${id} is no vendor of text`);
  return vendor;
};
