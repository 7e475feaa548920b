import { z } from "zod";
import { Money } from "./money.ts";

/** Whether digits are a card number: 13 to 19 of them with a sum that only one in ten numbers has. */
const isCardNumber = (digits: string): boolean => {
  let sum = 0;
  for (let at = 0; at < digits.length; at += 1) {
    const digit = Number(digits.at(-1 - at));
    const counted = at % 2 === 1 ? digit * 2 : digit;
    sum += counted > 9 ? counted - 9 : counted;
  }
  return sum % 10 === 0;
};

/** Groups of digits, with the blanks, dots and dashes that people write between them. */
const runs = /\d+(?:[ .-]\d+)*/g;

/** Whether groups that follow each other are one together: what stands before and behind it may be digits, too. */
const holdsOne = (run: string): boolean => {
  const groups = run.split(/[ .-]/);
  return groups.some((_, from) => {
    let digits = "";
    for (const group of groups.slice(from)) {
      digits += group;
      if (digits.length > 19) return false;
      if (digits.length >= 13 && isCardNumber(digits)) return true;
    }
    return false;
  });
};

/** Card numbers never come here: no field takes one, and free text that holds one is refused. */
export const holdsCardNumber = (text: string): boolean => (text.normalize("NFKC").match(runs) ?? []).some(holdsOne);

/** Text of the app for people, without control characters and card numbers. */
export const plainText = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, { error: "no control characters" })
    .refine((text) => !holdsCardNumber(text), { error: "no card number" });

/** What the app calls the thing that is paid for: its own id of an order, an invoice, a booking. */
export const Reference = z
  .string()
  .min(1)
  .max(127)
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9._:/-]*[A-Za-z0-9])?$/, { error: "letters, digits and . _ : / - between them" })
  .refine((text) => !holdsCardNumber(text), { error: "no card number" })
  .describe("Your own id of what is paid for. One reference pays once, whatever the idempotency key");

/** A vendor's id of one of its objects. */
export const ProviderObjectId = z.string().regex(/^[A-Za-z0-9_-]{1,255}$/, { error: "an id of the vendor's" });

export const Metadata = z
  .record(z.string().regex(/^(?!nexus_)[A-Za-z0-9_.-]{1,40}$/), plainText(500))
  .refine((metadata) => Object.keys(metadata).length <= 40, { error: "at most 40 entries" })
  .describe("Kept with the vendor's object; names that begin with nexus_ are ours");

export const ReturnUrl = z
  .url({ protocol: /^https?$/ })
  .max(2_048)
  .describe("https, at an origin that is registered for the calling app; http on localhost alone");

export const ProviderName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/)
  .optional()
  .describe("The vendor; by the organization's preference where absent");

export const CredentialPolicy = z
  .enum(["any", "byok_only"])
  .optional()
  .describe("byok_only: with the organization's own vendor key or not at all");

export const DryRunFlag = z
  .boolean()
  .optional()
  .describe("Sends nothing; answers the exact request, without secrets, and the most that it can cost");

/** A vendor that is named because it has the object. */
export const HolderName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,63}$/)
  .describe("The vendor that has it");

const quantity = z.int().min(1).max(10_000).default(1);

/** What is sold: by a price that the vendor keeps, or by a name and an amount. */
export const Line = z.union([
  z.strictObject({ price: ProviderObjectId.describe("A price that the vendor keeps"), quantity }),
  z.strictObject({ name: plainText(250), amount: Money.describe("Of one"), quantity }),
]);
export type Line = z.infer<typeof Line>;

const uuid = "[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}";
const objectId = (prefix: string, of: string) =>
  z.string().regex(new RegExp(`^${prefix}_${uuid}$`), { error: `the id of ${of}` });

export const CheckoutId = objectId("chk", "a checkout");
export const OrderId = objectId("ord", "an order");
export const LinkId = objectId("lnk", "a payment link");
export const RefundId = objectId("ref", "a refund");
