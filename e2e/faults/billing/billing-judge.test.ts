import { expect, test } from "vitest";
import { judgeBilling, type BillingEvidence } from "./billing-judge.ts";

const entry = { entryId: "e1", stripeCustomer: "cus_1", charged: 30n };
const counted = { identifier: "e1", customer: "cus_1", value: 30n };
const wallet = {
  customerId: "c1",
  stripeCustomer: "cus_1",
  credits: 100n,
  spent: 30n,
  held: 0n,
  given: 100n,
  adjusted: 100n,
};
const clean: BillingEvidence = {
  counted: [counted],
  entries: [entry],
  wallets: [wallet],
  differences: [],
  ended: 1,
  answered: 1,
  unended: 0,
  waiting: 0,
  stuck: 0,
};

test("a campaign without fault passes", () => {
  expect(judgeBilling(clean)).toEqual([]);
});

test.each<[string, Partial<BillingEvidence>]>([
  ["a charge counted twice", { counted: [counted, counted] }],
  ["a charge counted as something else", { counted: [{ ...counted, value: 29n }] }],
  ["a charge counted for somebody else", { counted: [{ ...counted, customer: "cus_2" }] }],
  ["a charge that was never counted", { counted: [] }],
  ["an event without a charge", { counted: [counted, { ...counted, identifier: "e2" }] }],
  ["a wallet that spent otherwise than its entries say", { wallets: [{ ...wallet, spent: 31n }] }],
  ["a wallet that was credited twice", { wallets: [{ ...wallet, adjusted: 200n }] }],
  ["a wallet above its credits", { wallets: [{ ...wallet, credits: 10n }] }],
  ["sums that differ", { differences: [{ what: "budget row 1", counted: "1", recorded: "2" }] }],
  ["a call without an end", { unended: 1 }],
  ["a charge that is still on its way", { waiting: 1 }],
  ["a charge that Stripe refused", { stuck: 1 }],
  ["an answer that is not in the ledger", { answered: 2 }],
])("%s is found", (_, changed) => {
  expect(judgeBilling({ ...clean, ...changed })).not.toEqual([]);
});
