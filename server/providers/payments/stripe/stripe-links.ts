import type Stripe from "stripe";
import type { ActIdentity } from "../../../contracts/act-rules.ts";
import { Currency } from "../../../contracts/currency.ts";
import type { MovedMoney } from "../../../contracts/payments/money.ts";
import type { CreateLink } from "../../../contracts/payments/payment-act.ts";
import type { VendorLink } from "../../../contracts/payments/vendor-objects.ts";
import { arrayAt, recordAt, wordAt, type JsonRecord } from "../../_wire/json.ts";
import { countAt, stripeMoneyAt, urlAt } from "./stripe-fields.ts";
import { metadataFor } from "./stripe-marks.ts";
import { stripeLine } from "./stripe-line.ts";

/** What a link comes to is on its lines, which Stripe shows where they are asked for. */
export const linkExpand = ["line_items"];

export const linkParams = (act: CreateLink, identity: ActIdentity): Stripe.PaymentLinkCreateParams => {
  const metadata = metadataFor(act, identity);
  return {
    line_items: act.lines.map(stripeLine),
    ...(act.successUrl === undefined
      ? {}
      : { after_completion: { type: "redirect", redirect: { url: act.successUrl } } }),
    ...(act.payments === undefined ? {} : { restrictions: { completed_sessions: { limit: act.payments } } }),
    metadata,
    // What is paid on it bears the same mark as what is paid on a checkout.
    ...(act.mode === "payment" ? { payment_intent_data: { metadata } } : { subscription_data: { metadata } }),
    expand: linkExpand,
  };
};

const totalOf = (link: JsonRecord): MovedMoney | null => {
  const list = recordAt(link, "line_items");
  const lines = arrayAt(list, "data").map((line) => stripeMoneyAt(line, "amount_total"));
  const currency = Currency.safeParse(wordAt(link, "currency")?.toUpperCase()).data;
  if (currency === undefined || lines.length === 0 || list?.["has_more"] === true) return null;
  let sum = 0n;
  for (const line of lines) {
    if (line?.currency !== currency) return null;
    sum += BigInt(line.amount);
  }
  return { amount: sum.toString(), currency };
};

export const linkOf = (link: JsonRecord): VendorLink => {
  const restricted = recordAt(recordAt(link, "restrictions"), "completed_sessions");
  const completed = countAt(restricted, "count") ?? null;
  const payments = countAt(restricted, "limit") ?? null;
  const isFull = completed !== null && payments !== null && completed >= payments;
  const active = link["active"] === true && !isFull;
  return {
    providerObjectId: wordAt(link, "id") ?? "",
    providerStatus: link["active"] === true ? "active" : "inactive",
    active,
    url: active ? urlAt(link, "url") : null,
    total: totalOf(link),
    completed,
    payments,
  };
};
