import { z } from "zod";
import { bodyReader } from "../acting/body-reader.ts";
import { adyenRefusal, type AdyenLink, type AdyenStore } from "./adyen-store.ts";

/*
 * What the emulator takes, of `PaymentLinkRequest` and `UpdatePaymentLinkRequest` of Checkout 71
 * (https://github.com/Adyen/adyen-openapi); what is not here is refused.
 */

export const AdyenLinkRequest = z.strictObject({
  merchantAccount: z.string().min(1),
  amount: z.strictObject({ value: z.int().min(1), currency: z.string().regex(/^[A-Z]{3}$/) }),
  reference: z.string().min(1).max(80),
  description: z.string().max(280).optional(),
  returnUrl: z.url().max(8_000).optional(),
  shopperEmail: z.email().max(500).optional(),
  expiresAt: z.iso.datetime().optional(),
});

export const AdyenLinkChange = z.strictObject({ status: z.literal("expired") });

export const readAdyenBody = bodyReader((field) =>
  adyenRefusal(422, "702", `Structure of the request is invalid: ${field}`),
);

const dayMs = 86_400_000;

const effectOf = (objectId: string, operationId: string | null, link: AdyenLink) => ({
  objectId,
  operationId,
  amount: link.value,
  currency: link.currency,
});

/** https://docs.adyen.com/api-explorer/Checkout/71/post/paymentLinks: it ends after a day, where nothing else is asked. */
export const makeAdyenLink = (store: AdyenStore, request: z.infer<typeof AdyenLinkRequest>): AdyenLink => {
  const link: AdyenLink = {
    id: store.newLinkId(),
    createdMs: store.now(),
    value: request.amount.value,
    currency: request.amount.currency,
    reference: request.reference,
    description: request.description ?? null,
    returnUrl: request.returnUrl ?? null,
    expiresMs: request.expiresAt === undefined ? store.now() + dayMs : Date.parse(request.expiresAt),
    status: "active",
  };
  store.links.set(link.id, link);
  store.effects.did({ kind: "order", ...effectOf(link.id, link.reference, link) });
  return link;
};

/** What the payer does on the page. */
export const payAdyenLink = (store: AdyenStore, link: AdyenLink): void => {
  if (link.status !== "active") throw adyenRefusal(422, "1", "The link is not active.");
  link.status = "completed";
  store.effects.did({ kind: "payment", ...effectOf(link.id, link.reference, link) });
};

/** https://docs.adyen.com/api-explorer/Checkout/71/patch/paymentLinks/(linkId): only one that is active. */
export const expireAdyenLink = (store: AdyenStore, link: AdyenLink): void => {
  if (link.status === "completed") throw adyenRefusal(422, "29_200", "The link is completed.");
  if (link.status === "active") store.effects.did({ kind: "expire", ...effectOf(link.id, link.reference, link) });
  link.status = "expired";
};
