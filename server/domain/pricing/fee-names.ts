import type { Currency } from "../../contracts/currency.ts";

/** The name under which the price book has what a vendor takes for a mail. */
export const mailPriceName = "mail";

/** The name under which it has what a vendor takes of a payment in a currency. */
export const paymentPriceName = (currency: Currency): string => `payment-${currency.toLowerCase()}`;
