import { operationId } from "../../../test/adapter-io.ts";
import { marks, returnUrl, type SdkOracle } from "./sdk-twin.ts";

const paymentId = "tr_5B8cwPMGnU6qLbRvo7qEZo";
const refundId = "re_4qqhO89gsT";
const customerId = "cst_8wmqcHMN4U";
const subscriptionId = "sub_rVKGtNd6s3";

export const usd = (value: string) => ({ currency: "USD", value });
const hal = (href: string) => ({ href, type: "application/hal+json" });
const links = { self: hal("https://api.mollie.com/v2"), documentation: hal("https://docs.mollie.com") };
const createdAt = "2026-11-29T08:00:00+00:00";

const capture = {
  resource: "capture",
  id: "cpt_vytxeTZskVKR7C7WgdSP3d",
  mode: "test",
  amount: usd("25.00"),
  status: "succeeded",
  metadata: { nexus_operation_id: operationId },
  paymentId,
  createdAt,
  _links: { ...links, payment: links.self },
};
const refund = {
  resource: "refund",
  id: refundId,
  mode: "test",
  amount: usd("25.00"),
  status: "pending",
  description: "Paid twice",
  metadata: { nexus_operation_id: operationId },
  paymentId,
  createdAt,
  _links: { ...links, payment: links.self },
};
const payment = {
  resource: "payment",
  id: paymentId,
  mode: "test",
  createdAt,
  status: "canceled",
  amount: usd("100.00"),
  description: "Chairs",
  redirectUrl: returnUrl,
  method: null,
  metadata: marks,
  profileId: "pfl_QkEhN94Ba",
  sequenceType: "oneoff",
  isCancelable: false,
  _embedded: { captures: [capture], refunds: [] },
  _links: {
    ...links,
    checkout: { href: "https://www.mollie.com/checkout/1", type: "text/html" },
    dashboard: { href: "https://www.mollie.com/dashboard", type: "text/html" },
  },
};
const customer = {
  resource: "customer",
  id: customerId,
  mode: "test",
  name: "Ann Lee",
  email: "payer@example.com",
  locale: null,
  metadata: marks,
  createdAt,
  _links: { ...links, dashboard: { href: "https://www.mollie.com/dashboard", type: "text/html" } },
};
const subscription = {
  resource: "subscription",
  id: subscriptionId,
  mode: "test",
  status: "canceled",
  amount: usd("5.00"),
  times: null,
  timesRemaining: null,
  interval: "1 month",
  startDate: "2026-11-01",
  nextPaymentDate: null,
  description: "Chairs",
  method: null,
  metadata: marks,
  webhookUrl: "https://shop.example/hook",
  customerId,
  createdAt,
  canceledAt: createdAt,
  _links: { ...links, customer: links.self, profile: links.self },
};

const list = (name: string, one: object) => ({
  count: 1,
  _embedded: { [name]: [one] },
  _links: { ...links, previous: null, next: null },
});

const answers: readonly (readonly [RegExp, object | undefined])[] = [
  [/\/release-authorization$/, undefined],
  [/\/captures$/, capture],
  [/^GET .*\/refunds$/, list("refunds", refund)],
  [/\/refunds/, refund],
  [/^GET .*\/subscriptions$/, list("subscriptions", subscription)],
  [/\/subscriptions/, subscription],
  [/^GET \/v2\/payments$/, list("payments", payment)],
  [/\/v2\/payments/, payment],
  [/^GET \/v2\/customers$/, list("customers", customer)],
  [/\/v2\/customers/, customer],
];

/** What there is. */
export const mollieIds = { paymentId, refundId, customerId, subscriptionId } as const;

/** A success for each request, as Mollie's reference shows it: https://docs.mollie.com/reference/overview */
export const mollieAnswer: SdkOracle["answer"] = ({ method, path }) => {
  const found = answers.find(([pattern]) => pattern.test(`${method} ${path}`));
  if (found === undefined) return undefined;
  const [, document] = found;
  return document === undefined ? { status: 202 } : { status: method === "POST" ? 201 : 200, document };
};
