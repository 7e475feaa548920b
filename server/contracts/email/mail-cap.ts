import { z } from "zod";
import { mailCategories } from "./send-email.ts";

/** How many mails one address is sent within a time: of a category, or of all together. */
export const MailCap = z.strictObject({
  category: z.enum([...mailCategories, "any"]),
  most: z.int().min(1).max(100_000),
  seconds: z.int().min(60).max(2_678_400).describe("The time, at most 31 days"),
});
export type MailCap = z.infer<typeof MailCap>;

/** What holds where an organization has set nothing. */
export const defaultMailCaps: readonly MailCap[] = [
  { category: "otp", most: 5, seconds: 3_600 },
  { category: "any", most: 20, seconds: 86_400 },
];

/** For how many days what a mail said is kept where an organization has set nothing. */
export const defaultContentDays = 7;
