import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSandbox, type Sandbox } from "../../../../sandbox/start-sandbox.ts";
import type { PaymentAct } from "../../../contracts/payments/payment-act.ts";
import type { PaymentsVendor } from "../../../contracts/payments/payments-vendor.ts";
import { isRecord, parseJson, recordAt } from "../../_wire/json.ts";
import { adyenLinks } from "./adyen-objects.ts";
import { adyen } from "./adyen.ts";

/* Adyen's own description of Checkout 71, which is no part of this repository: https://github.com/Adyen/adyen-openapi */
const root = join(import.meta.dirname, "../../../..");
const file = ["../shared/data", "../../shared/data"]
  .map((path) => join(root, path, "adyen71.json"))
  .find((path) => existsSync(path));
if (file === undefined) process.stderr.write("Adyen's specification is not here: nothing is held against it\n");

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ fsync: false });
});
afterAll(() => sandbox.close());

const creation = { reference: "ref-1", metadata: {}, attribution: { organizationId: "org_a", appId: undefined } };
const order: PaymentAct = {
  kind: "order.create",
  ...creation,
  amount: 1_050n,
  currency: "CLP",
  description: "Chairs",
  capture: "auto",
  returnUrl: "https://shop.example/paid",
  cancelUrl: undefined,
  customerEmail: "payer@example.com",
};

describe.skipIf(file === undefined)("Adyen's specification", () => {
  const document = (): unknown => JSON.parse(readFileSync(file ?? "", "utf8"));

  const schemaOf = (name: string) => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
    const components = isRecord(document()) ? recordAt(document(), "components") : undefined;
    ajv.addSchema({ $id: "spec", components });
    return ajv.compile({ $ref: `spec#/components/schemas/${name}` });
  };

  const errorsOf = (name: string, value: unknown): unknown => {
    const validate = schemaOf(name);
    validate(value);
    return validate.errors ?? [];
  };

  const send = async (vendor: PaymentsVendor, act: PaymentAct) => {
    const { access } = sandbox.adyen;
    const identity = { operationId: "01a20028-f85c-706b-b97e-0071d41bb937", providerKey: "k".repeat(43) };
    const { path, method, headers, body } = vendor.show(await vendor.prepare(act, identity));
    const sent = { ...(isRecord(parseJson(body)) ? (parseJson(body) as object) : {}) };
    const filled = "merchantAccount" in sent ? { ...sent, merchantAccount: access.secret["accountId"] } : sent;
    const response = await fetch(access.baseUrl + path, {
      method,
      headers: { ...headers, "x-api-key": access.secret["apiKey"] ?? "" },
      body: JSON.stringify(filled),
    });
    return { sent: filled, answered: parseJson(await response.text()) };
  };

  it("describes every request of ours and every answer of the sandbox", async () => {
    const { payments } = adyen;
    if (payments === undefined) throw new Error("Adyen takes no payments");
    const made = await send(payments, order);
    expect(errorsOf("PaymentLinkRequest", made.sent)).toEqual([]);
    expect(errorsOf("PaymentLinkResponse", made.answered)).toEqual([]);
    // CLP has two decimals there.
    expect(made.sent).toMatchObject({ amount: { value: 105_000, currency: "CLP" } });
    const objectId = String(isRecord(made.answered) ? made.answered["id"] : "");
    const expired = await send(payments, { kind: "checkout.expire", objectId });
    expect(errorsOf("UpdatePaymentLinkRequest", expired.sent)).toEqual([]);
    expect(errorsOf("PaymentLinkResponse", expired.answered)).toEqual([]);
  });

  it("names no state of a link that is not mapped", () => {
    const schemas = recordAt(recordAt(document(), "components"), "schemas");
    const status = recordAt(recordAt(recordAt(schemas, "PaymentLinkResponse"), "properties"), "status");
    const words = Array.isArray(status?.["enum"]) ? status["enum"].map(String) : [];
    expect(words.length).toBeGreaterThan(3);
    expect(words.filter((word) => !Object.hasOwn(adyenLinks, word))).toEqual([]);
  });
});
