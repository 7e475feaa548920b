import { z } from "zod";
import { Currency } from "../currency.ts";

const expected =
  "a whole number of minor units from 1 to 999999999999, in digits 0 to 9 without sign, point or leading 0";

/** Minor units as text: no number, sign, point, exponent, blank or foreign digit. */
const minorUnits = z
  .string()
  .regex(/^[1-9][0-9]{0,11}$/, { error: expected })
  .describe('Minor units of ISO 4217, as a decimal string: "1050" is USD 10.50, and JPY 1050');

/** Money as it is asked for and answered: an amount above zero. */
export const Money = z.strictObject({ amount: minorUnits, currency: Currency });
export type Money = z.infer<typeof Money>;

/** Money that has moved, or has not: zero is an amount here. */
export const MovedMoney = z.object({
  amount: z
    .string()
    .regex(/^(0|[1-9][0-9]{0,14})$/)
    .describe("Minor units of ISO 4217, as a decimal string; 0 where nothing has moved"),
  currency: Currency,
});
export type MovedMoney = z.infer<typeof MovedMoney>;
