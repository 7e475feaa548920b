import { UpdatePaymentLinkRequest } from "@adyen/api-library/lib/src/typings/checkout/updatePaymentLinkRequest.js";
import { adyen } from "../../../server/providers/payments/adyen/adyen.ts";
import { operationId, providerKey } from "../../../test/adapter-io.ts";
import { adyenLinksAt, clientCredentials } from "./official-clients.ts";
import {
  actTwin,
  askedOf,
  checkoutAct,
  orderAct,
  outcomeTwin,
  readTwin,
  returnUrl,
  type SdkOracle,
} from "./sdk-twin.ts";

const vendor = adyen.payments;
if (vendor === undefined) throw new Error("Adyen takes no payments");

const sdk = askedOf(adyenLinksAt);

const merchantAccount = clientCredentials.adyen.accountId;
const linkId = "PLE83C39B0A0DE0C1E";
const expiresAt = Date.UTC(2026, 11, 24, 12);

const link = {
  id: linkId,
  merchantAccount,
  amount: { value: 10_000, currency: "USD" },
  reference: operationId,
  reusable: false,
  status: "expired",
  expiresAt: "2026-12-24T12:00:00Z",
  url: `https://test.adyen.link/${linkId}`,
};

const asked = {
  merchantAccount,
  amount: { value: 10_000, currency: "USD" },
  reference: operationId,
  returnUrl,
  shopperEmail: "payer@example.com",
};
const keyed = { idempotencyKey: providerKey };

const expiry = { kind: "checkout.expire", objectId: linkId } as const;
const cancel = { kind: "order.cancel", objectId: linkId, paymentId: undefined, reason: undefined } as const;
const close = sdk((links) => links.updatePaymentLink(linkId, { status: UpdatePaymentLinkRequest.StatusEnum.Expired }));
const read = sdk((links) => links.getPaymentLink(linkId));

export const adyenOracle: SdkOracle = {
  vendor,
  credential: clientCredentials.adyen,
  basePath: "/v71",
  tls: true,
  clientHeaders: /^adyen-library-/,
  answer: ({ method }) => ({ status: method === "POST" ? 201 : 200, document: link }),
  twins: [
    actTwin(
      { ...checkoutAct, expiresAt },
      sdk((links) =>
        links.paymentLinks({ ...asked, description: "2 × Chairs", expiresAt: new Date(expiresAt) }, keyed),
      ),
    ),
    actTwin(
      orderAct,
      sdk((links) => links.paymentLinks({ ...asked, description: "Chairs" }, keyed)),
    ),
    actTwin(expiry, close),
    actTwin(cancel, close),
    outcomeTwin(expiry, read),
    outcomeTwin(cancel, read),
    readTwin("readCheckout", (adapter, io) => adapter.readCheckout(linkId, io), read),
    readTwin("readOrder", (adapter, io) => adapter.readOrder(linkId, io), read),
  ],
  differences: ({ path, hasBody }) => [
    {
      field: "path",
      ours: path,
      theirs: path.replace("/v71/", "/v72/"),
      why: "the library of this version speaks Checkout 72; what is sent and read of links is the same in 71, whose description our adapter is held against",
    },
    { field: "header accept", ours: "application/json", theirs: undefined, why: "answers are JSON in any case" },
    { field: "header accept-charset", ours: undefined, theirs: "utf-8", why: "JSON is UTF-8" },
    {
      field: "header cache-control",
      ours: undefined,
      theirs: "no-cache",
      why: "nothing between us and Adyen keeps answers",
    },
    ...(hasBody
      ? []
      : [
          {
            field: "content-type",
            ours: undefined,
            theirs: "application/json",
            why: "its library names the type of a body that is not there",
          },
        ]),
  ],
};
