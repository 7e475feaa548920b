import { z } from "zod";
import { Currency } from "../../contracts/currency.ts";
import { Money } from "../../contracts/payments/money.ts";

const perCurrency = (what: string) =>
  z
    .array(Money)
    .max(50)
    .refine((amounts) => new Set(amounts.map(({ currency }) => currency)).size === amounts.length, {
      error: "one amount for each currency",
    })
    .optional()
    .describe(`${what}. One amount for each currency; a currency without one is refused. Absent: no limit`);

const domain = z.string().regex(/^(?=.{3,253}$)[a-z0-9](?:[a-z0-9-]{0,62})?(?:\.[a-z0-9](?:[a-z0-9-]{0,62})?)+$/, {
  error: "a domain in lower case, for example example.com",
});

/** What an app, or all apps of an organization together, may spend and send. */
export const SpendingRules = z.strictObject({
  largestPayment: perCurrency("The most that one order, checkout or refund may come to"),
  dailyVolume: perCurrency("The most that orders and checkouts of a day, in UTC, may come to; and so may its refunds"),
  approvalAbove: perCurrency("What is above waits until a person approves it").describe(
    "What is above waits until a person approves it. In a currency without an amount everything does. Absent: nothing waits",
  ),
  currencies: z.array(Currency).max(200).optional().describe("Those that may be asked for; all where absent"),
  recipientDomains: z
    .array(domain)
    .max(200)
    .optional()
    .describe("Mail goes to addresses at these domains and below them; to all where absent"),
  dailyMessages: z.int().min(0).max(100_000_000).optional().describe("Messages of a day, in UTC"),
});
export type SpendingRules = z.infer<typeof SpendingRules>;

/** By what a refusal names the rule that it is by. */
export type SpendingRule = keyof SpendingRules;
