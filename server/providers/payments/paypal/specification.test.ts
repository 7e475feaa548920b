import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../../../sandbox/start-sandbox.ts";
import type { PaymentAct } from "../../../contracts/payments/payment-act.ts";
import type { VendorIo, WireRequest } from "../../../contracts/vendor-call.ts";
import { fillPath } from "../../../contracts/wire-path.ts";
import { isRecord, parseJson, recordAt, wordAt } from "../../_wire/json.ts";
import { issues } from "./paypal-issues.ts";
import {
  authorizationWords,
  captureReasons,
  captureWords,
  orderWords,
  refundWords,
  subscriptionPages,
  subscriptionWords,
} from "./paypal-words.ts";
import { paypal } from "./paypal.ts";
import { noDownload } from "../../../../test/no-download.ts";

/*
 * PayPal's own specifications, which are not part of this repository: `shared/data` beside it, or one folder further up.
 * https://github.com/paypal/paypal-rest-api-specifications
 */
const root = join(import.meta.dirname, "../../../..");
const files = ["pp_checkout_orders_v2", "pp_payments_payment_v2", "pp_billing_subscriptions_v1"] as const;
const folder = ["../shared/data", "../../shared/data"]
  .map((path) => join(root, path))
  .find((path) => files.every((name) => existsSync(join(path, `${name}.json`))));
if (folder === undefined) process.stderr.write("PayPal's specifications are not here: nothing is held against them\n");

interface Specification {
  readonly document: Record<string, unknown>;
  readonly ajv: Ajv;
}

const open = (name: string): Specification => {
  const document: unknown = JSON.parse(readFileSync(join(folder ?? "", `${name}.json`), "utf8"));
  if (!isRecord(document)) throw new Error(`${name} is no specification`);
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, unicodeRegExp: false });
  ajv.addSchema({ $id: "spec", components: document["components"] });
  return { document, ajv };
};

const specifications: readonly Specification[] = folder === undefined ? [] : files.map(open);

const resolved = ({ document }: Specification, value: unknown): Record<string, unknown> | undefined => {
  if (!isRecord(value)) return undefined;
  const reference = wordAt(value, "$ref");
  if (reference === undefined) return value;
  const found = reference
    .slice(2)
    .split("/")
    .reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), document);
  return isRecord(found) ? found : undefined;
};

/** What the specification has at a path of ours: its own names of the places are others. */
const operationAt = (method: string, path: string) => {
  const shape = path.replaceAll(/\{\w+\}/g, "{}");
  for (const specification of specifications)
    for (const [known, item] of Object.entries(recordAt(specification.document, "paths") ?? {}))
      if (known.replaceAll(/\{\w+\}/g, "{}") === shape) {
        const operation = recordAt(item, method.toLowerCase());
        if (operation !== undefined) return { specification, operation };
      }
  throw new Error(`no ${method} ${path} in the specifications`);
};

const validatorOf = (specification: Specification, holder: unknown): ValidateFunction | undefined => {
  const schema = recordAt(recordAt(recordAt(resolved(specification, holder), "content"), "application/json"), "schema");
  if (schema === undefined) return undefined;
  return specification.ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"spec#/')));
};

const check = (validate: ValidateFunction | undefined, value: unknown, what: string): void => {
  if (validate === undefined) return;
  validate(value);
  expect(validate.errors ?? [], what).toEqual([]);
};

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ fsync: false });
});
afterAll(() => sandbox.close());

const seen = new Set<string>();

/** Sends as the product does, and holds what goes out and what comes back against the specification. */
const send = async ({ method, path, values = {}, headers, body }: WireRequest) => {
  const { baseUrl } = sandbox.paypal.access;
  const sent = body === undefined || body === "" ? undefined : String(body);
  const response = await fetch(baseUrl + (fillPath(path, values) ?? ""), {
    method,
    headers,
    ...(sent === undefined ? {} : { body: sent }),
  });
  const text = await response.text();
  if (path !== "/v1/oauth2/token") {
    const { specification, operation } = operationAt(method, path);
    const name = `${method} ${path}`;
    seen.add(`${name} ${response.status}`);
    if (sent !== undefined) check(validatorOf(specification, operation["requestBody"]), parseJson(sent), name);
    const answers = recordAt(operation, "responses");
    expect(Object.keys(answers ?? {}), name).toContain(String(response.status));
    const told = answers?.[String(response.status)];
    if (text !== "") check(validatorOf(specification, told), parseJson(text), `${name} ${response.status}`);
    const known = Array.isArray(operation["parameters"]) ? operation["parameters"] : [];
    const takesKey = known.some((one) => wordAt(resolved(specification, one), "name") === "PayPal-Request-Id");
    expect(headers["paypal-request-id"] !== undefined && !takesKey, `${name}: a key it does not know`).toBe(false);
  }
  const whole = Buffer.from(text);
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: (async function* () {
      yield whole;
    })(),
  };
};

const io = (): VendorIo => ({
  credential: sandbox.paypal.access.secret,
  baseUrl: sandbox.paypal.access.baseUrl,
  send,
  connect: () => Promise.reject(new Error("PayPal speaks HTTP")),
  download: noDownload,
  signal: new AbortController().signal,
  operationId: "01a20028-f85c-706b-b97e-0071d41bb937",
});

const vendor = paypal.payments;
if (vendor === undefined) throw new Error("PayPal takes no payments");
let acts = 0;
const act = async (one: PaymentAct) => {
  acts += 1;
  const providerKey = `key-${acts}`.padEnd(43, "x");
  const bytes = await vendor.prepare(one, { operationId: io().operationId, providerKey });
  return (await vendor.send(bytes, io())).result;
};

const creation = { reference: "ref-1", metadata: {}, attribution: { organizationId: "org_a", appId: "srv_shop" } };
const urls = { cancelUrl: "https://shop.example/back" };
const order = (capture: "auto" | "manual"): PaymentAct => ({
  kind: "order.create",
  ...creation,
  ...urls,
  amount: 10_000n,
  currency: "USD",
  description: "Chairs",
  capture,
  returnUrl: "https://shop.example/paid",
  customerEmail: "payer@example.com",
});

const approve = (id: string): void => {
  const found = sandbox.paypal.store.order(id);
  if (found !== undefined) Object.assign(found, { status: "APPROVED", funding: "balance", email: "payer@example.com" });
};

describe.skipIf(folder === undefined)("PayPal's specifications", () => {
  it("describe every request of ours and every answer of the sandbox", async () => {
    const paid = (await act(order("auto"))).providerObjectId;
    approve(paid);
    await act({ kind: "order.capture", objectId: paid, paymentId: undefined, amount: undefined });
    const { paymentId } = await vendor.readOrder(paid, io());
    const amount = { amount: 2_500n, currency: "USD" } as const;
    const refund = await act({
      kind: "refund.create",
      objectId: paid,
      paymentId: paymentId ?? "",
      ...amount,
      reason: "duplicate",
      attribution: creation.attribution,
    });
    await vendor.readRefund(refund.providerObjectId, io());
    for (const end of ["capture", "cancel"] as const) {
      const held = (await act(order("manual"))).providerObjectId;
      approve(held);
      await act({ kind: "order.authorize", objectId: held });
      const authorization = (await vendor.readOrder(held, io())).paymentId ?? undefined;
      if (end === "capture") await act({ kind: "order.capture", objectId: held, paymentId: authorization, amount });
      else await act({ kind: "order.cancel", objectId: held, paymentId: authorization, reason: undefined });
    }
    const checkout = {
      kind: "checkout.create",
      ...creation,
      ...urls,
      customerId: undefined,
      expiresAt: undefined,
    } as const;
    const unit = { amount: 1_050n, currency: "EUR" } as const;
    const page = { ...checkout, customerEmail: undefined, successUrl: "https://shop.example/done" };
    await act({ ...page, mode: "payment", lines: [{ name: "Chairs", unit, quantity: 2 }] });
    const lines = [{ priceId: "P-SANDBOXMONTHLY", quantity: 2 }];
    const { providerObjectId: subscriptionId } = await act({ ...page, mode: "subscription", lines });
    const subscription = sandbox.paypal.store.subscriptions.get(subscriptionId);
    if (subscription !== undefined) subscription.status = "ACTIVE";
    await vendor.readSubscription?.(subscriptionId, io());
    const changed = await act({
      kind: "subscription.update",
      subscriptionId,
      item: { itemId: subscriptionId, priceId: "P-SANDBOXYEARLY", quantity: 3 },
      cancelAtPeriodEnd: undefined,
      proration: undefined,
      returnUrl: "https://shop.example/done",
      cancelUrl: undefined,
    });
    expect(changed).toMatchObject({ approvalUrl: expect.stringContaining("/subscriptions/update?") });
    await act({ kind: "subscription.cancel", subscriptionId, at: "now", prorate: false });
    await vendor.readPrice?.("P-SANDBOXTRIAL", io());
    await expect(vendor.readPrice?.("P-NONE", io())).rejects.toThrow("does not know");
    expect(seen.size).toBe(14);
  });

  const words = (specification: number, ...path: readonly string[]): readonly string[] => {
    const schemas = recordAt(recordAt(specifications[specification]?.document, "components"), "schemas");
    const holder = path.reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), schemas);
    const list = isRecord(holder) ? holder["enum"] : undefined;
    return Array.isArray(list) ? list.map(String) : [];
  };
  const status = ["properties", "status"] as const;

  it.each([
    ["order", orderWords, () => words(0, "order_status")],
    ["authorization", authorizationWords, () => words(1, "authorization_status", ...status)],
    ["capture", captureWords, () => words(1, "capture_status", ...status)],
    ["capture's reason", captureReasons, () => words(1, "capture_status_details", "properties", "reason")],
    ["refund", refundWords, () => words(1, "refund_status", ...status)],
    ["subscription", subscriptionWords, () => words(2, "subscription_status", ...status)],
    ["subscription's page", subscriptionPages, () => words(2, "subscription_status", ...status)],
  ] as const)("name no state of an %s that is not mapped", (_, table, listed) => {
    const all = listed();
    expect(all.length).toBeGreaterThan(3);
    expect(all.filter((word) => !Object.hasOwn(table, word))).toEqual([]);
  });

  it("name the issues that the table of failures has", () => {
    const all = specifications.map(({ document }) => JSON.stringify(document)).join("");
    // On PayPal's pages of errors alone.
    const elsewhere = ["ORDER_IS_PENDING_APPROVAL"];
    const missing = Object.keys(issues).filter((issue) => !all.includes(`"${issue}"`) && !elsewhere.includes(issue));
    expect(missing).toEqual([]);
  });
});
