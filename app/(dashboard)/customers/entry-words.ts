import type { ListedTopUp, WalletMovement } from "../../_data/answers.ts";

const entryWords: Readonly<Record<WalletMovement["kind"], string>> = {
  charge: "Call",
  correction: "Correction of a call",
  top_up: "Top-up",
  refund: "Refund of a top-up",
  refund_failed: "Refund that came to nothing",
  allowance: "Monthly allowance",
  expiry: "Allowance that lapsed",
  adjustment: "Adjustment",
};

/** What moved a wallet, in words. */
export const wordOfEntry = (kind: WalletMovement["kind"]): string => entryWords[kind];

const topUpWords: Readonly<Record<ListedTopUp["status"], string>> = {
  open: "Not paid yet",
  credited: "Credited",
  over: "Can no longer be paid",
};

/** Where a top-up is, in words. */
export const wordOfTopUp = (status: ListedTopUp["status"]): string => topUpWords[status];
