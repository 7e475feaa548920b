import { z } from "zod";

/** What moves a wallet's balance. */
export const WalletEntryKind = z.enum([
  "charge",
  "correction",
  "top_up",
  "refund",
  "refund_failed",
  "allowance",
  "expiry",
  "adjustment",
]);
export type WalletEntryKind = z.infer<typeof WalletEntryKind>;
