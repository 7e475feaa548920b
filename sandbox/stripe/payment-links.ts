import { formNumberOf, formOf, formTextOf, metadataIn, type FormObject } from "./params.ts";
import { effectOf, num, word } from "./payments.ts";
import { lineFacts, pricedLines, type Sale } from "./priced-lines.ts";
import { invalidRequest } from "./stripe-refusal.ts";
import type { StripeStore, Thing } from "./stripe-store.ts";

interface Behind {
  readonly sale: Sale;
  readonly lines: readonly ReturnType<typeof lineFacts>[];
  readonly metadata: Record<string, string>;
}

/** What Stripe keeps and does not show on the link; put there by `createPaymentLink`. */
export const behindLink = (link: Thing): Behind => link["behind"] as Behind;

const completed = (link: Thing): { count: number; readonly limit: number } | undefined => {
  const restrictions = link["restrictions"];
  const held: unknown =
    typeof restrictions === "object" && restrictions !== null
      ? Reflect.get(restrictions, "completed_sessions")
      : undefined;
  return held as { count: number; readonly limit: number } | undefined;
};

/** Whether somebody can pay on it. */
export const isOpenLink = (link: Thing): boolean => {
  const { count, limit } = completed(link) ?? { count: 0, limit: Number.MAX_SAFE_INTEGER };
  return link["active"] === true && count < limit;
};

export const countPayment = (link: Thing): void => {
  const held = completed(link);
  if (held !== undefined) held.count += 1;
};

const afterCompletion = (form: FormObject) => {
  const after = formOf(form, "after_completion");
  const type = formTextOf(after, "type") ?? "hosted_confirmation";
  const url = formTextOf(formOf(after, "redirect"), "url");
  if ((type === "redirect") !== (url !== undefined))
    throw invalidRequest("Missing required param: after_completion[redirect][url].", {
      code: "parameter_missing",
      param: "after_completion[redirect][url]",
    });
  if (url === undefined) return { type, hosted_confirmation: { custom_message: null } };
  if (!/^https?:$/.test(URL.parse(url)?.protocol ?? ""))
    throw invalidRequest("Not a valid URL", { code: "url_invalid", param: "after_completion[redirect][url]" });
  return { type, redirect: { url } };
};

/** https://docs.stripe.com/api/payment_links/payment_links/create */
export const createPaymentLink = (store: StripeStore, form: FormObject, pageOf: (id: string) => string): Thing => {
  const sale = pricedLines(store, form);
  const own = sale.recurring ? "subscription_data" : "payment_intent_data";
  const foreign = sale.recurring ? "payment_intent_data" : "subscription_data";
  if (Object.keys(formOf(form, foreign)).length > 0)
    throw invalidRequest(`You can not pass \`${foreign}\` with these prices.`, { param: foreign });
  const limit = formNumberOf(formOf(formOf(form, "restrictions"), "completed_sessions"), "limit");
  const metadata = metadataIn(formOf(form, own));
  const link = store.put("plink", "payment_link", {
    active: true,
    after_completion: afterCompletion(form),
    allow_promotion_codes: false,
    currency: sale.currency,
    custom_fields: [],
    customer_creation: sale.recurring ? "always" : "if_required",
    inactive_message: null,
    metadata: metadataIn(form),
    payment_intent_data: sale.recurring ? null : { metadata },
    payment_method_types: null,
    restrictions: limit === undefined ? null : { completed_sessions: { count: 0, limit } },
    subscription_data: sale.recurring ? { metadata } : null,
  });
  // Stripe's links do not say when they were made.
  Reflect.deleteProperty(link, "created");
  link["url"] = pageOf(link.id);
  const behind: Behind = { sale, lines: sale.lines.map(lineFacts), metadata };
  Object.defineProperty(link, "behind", { enumerable: false, value: behind });
  store.effects.did({ kind: "link", ...effectOf(link), amount: sale.total });
  return link;
};

/** https://docs.stripe.com/api/payment_links/payment_links/update */
export const changePaymentLink = (link: Thing, form: FormObject): Thing => {
  const active = formTextOf(form, "active");
  if (active !== undefined) link["active"] = active === "true";
  return link;
};

/** What a link sells, where it was asked for: https://docs.stripe.com/api/payment_links/line_items */
export const lineItemsOf = (link: Thing): unknown => {
  const { sale } = behindLink(link);
  return {
    object: "list",
    has_more: false,
    url: `/v1/payment_links/${link.id}/line_items`,
    data: sale.lines.map(({ price, quantity }, at) => ({
      id: `li_${link.id.slice(6)}${at}`,
      object: "item",
      amount_subtotal: num(price, "unit_amount") * quantity,
      amount_total: num(price, "unit_amount") * quantity,
      currency: sale.currency,
      description: word(price, "nickname") || null,
      price: { ...price },
      quantity,
    })),
  };
};
