import { Command } from "commander";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { NexusInputs } from "../../../client-sdk/src/index.ts";
import { paymentCommands } from "../../cli/payments.ts";
import type { Terminal } from "../../cli/terminal.ts";
import { openPaymentFlows, type PaymentFlows } from "../../../test/payment-flows.ts";

let doors: PaymentFlows["doors"];
let client: PaymentFlows["client"];
let asService: PaymentFlows["asService"];

beforeAll(async () => {
  ({ doors, client, asService } = await openPaymentFlows(["srv_socialize", "srv_other", "srv_topolopay"]));
});
afterAll(() => doors.close());
beforeEach(() => doors.sandbox.reset());

const usd = (amount: string) => ({ amount, currency: "USD" as const });
const returnUrl = "https://app.example/paid";

const done = <T extends { readonly effect: string }>(answer: T): Extract<T, { readonly effect: "done" }> => {
  if (answer.effect !== "done") throw new Error("nothing was done");
  return answer as Extract<T, { readonly effect: "done" }>;
};

const visit = (url: string | null | undefined, form?: Record<string, string>): Promise<Response> =>
  fetch(url ?? "", {
    redirect: "manual",
    ...(form === undefined ? {} : { method: "POST", body: new URLSearchParams(form) }),
  });
const goOn = (response: Response): string => {
  expect(response.status).toBe(303);
  return response.headers.get("location") ?? "";
};

type Link = NexusInputs["payments"]["link"]["create"];
const link = (more: Partial<Link> = {}): Link => ({
  mode: "payment",
  lines: [{ name: "Ticket", amount: usd("1050"), quantity: 2 }],
  ...more,
});

describe("payment links", () => {
  it("are paid by as many as they take, each on a checkout of their own, and then closed", async () => {
    const { organizationId } = asService("srv_socialize");
    const made = done(await client.payments.link.create.mutate(link({ payments: 2, successUrl: returnUrl })));
    const { linkId } = made;
    expect(made).toMatchObject({ provider: "stripe", active: true, total: usd("2100"), completed: 0, payments: 2 });
    for (const completed of [1, 2]) {
      const page = goOn(await visit(made.url));
      expect(await (await visit(page)).text()).toContain("USD 21.00");
      expect((await visit(page, { payment_method: "pm_card_chargeDeclined" })).status).toBe(402);
      expect(goOn(await visit(page, { payment_method: "pm_card_visa" }))).toBe(returnUrl);
      expect(await client.payments.link.get.query({ linkId })).toMatchObject({ completed, active: completed < 2 });
    }
    expect((await visit(made.url)).status).toBe(410);
    const [row, ...others] = await doors.rows(organizationId);
    expect(row).toMatchObject({ state: "settled", vendor: "stripe", cost: 0n });
    expect(others).toEqual([]);
    const { effects } = doors.sandbox.stripe;
    expect(effects().map(({ kind, operationId }) => [kind, operationId])).toEqual(
      ["link", "payment", "payment"].map((kind) => [kind, row?.operationId]),
    );
  });

  it("sell subscriptions by the vendor's prices, thank on the vendor's page, and are deactivated", async () => {
    asService("srv_socialize");
    const made = done(
      await client.payments.link.create.mutate({ mode: "subscription", lines: [{ price: "price_sandbox_monthly" }] }),
    );
    expect(made).toMatchObject({ total: usd("2000"), completed: null, payments: null });
    const paid = await visit(goOn(await visit(made.url)), { payment_method: "pm_card_visa" });
    expect(await paid.text()).toContain("Thank you");
    const closed = done(await client.payments.link.deactivate.mutate({ linkId: made.linkId }));
    expect(closed).toMatchObject({ active: false, url: null, linkId: made.linkId });
    expect((await visit(made.url)).status).toBe(410);
  });

  it("are tried out, belong to their app, and are made by vendors that have them", async () => {
    const { organizationId } = asService("srv_socialize");
    const shown = await client.payments.link.create.mutate(link({ payments: 3, dryRun: true }));
    if (!("request" in shown)) throw new Error("it was no dry run");
    expect(shown.request.path).toBe("/v1/payment_links");
    const sent = new URLSearchParams(shown.request.body);
    expect(sent.get("restrictions[completed_sessions][limit]")).toBe("3");
    expect(sent.get("line_items[0][price_data][unit_amount]")).toBe("1050");
    await expect(client.payments.link.create.mutate(link({ provider: "paypal" }))).rejects.toMatchObject({
      effect: "none",
    });
    await expect(
      client.payments.link.create.mutate(
        link({ lines: [{ name: "Half", amount: { amount: "150", currency: "MGA" } }] }),
      ),
    ).rejects.toMatchObject({ code: "INVALID_INPUT", issues: [{ field: "lines.0.amount" }] });
    await expect(
      client.payments.link.create.mutate(link({ successUrl: "https://evil.example/" })),
    ).rejects.toMatchObject({ issues: [{ field: "successUrl" }] });
    expect(doors.sandbox.stripe.effects()).toEqual([]);
    const { linkId } = done(await client.payments.link.create.mutate(link()));
    doors.callAs({ appId: "srv_other", organizationId });
    await expect(client.payments.link.get.query({ linkId })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(client.payments.link.deactivate.mutate({ linkId })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("count for a day with all that can be paid on them, and say how much that is", async () => {
    doors.callAs({ appId: "srv_socialize" });
    await client.spending.set.mutate({ appId: "srv_socialize", rules: { dailyVolume: [usd("10000")] } });
    await doors.refresh();
    await expect(client.payments.link.create.mutate(link())).rejects.toMatchObject({
      code: "INVALID_INPUT",
      issues: [{ field: "payments" }],
    });
    const { linkId } = done(await client.payments.link.create.mutate(link({ payments: 4 })));
    await client.payments.link.deactivate.mutate({ linkId });
    await expect(client.payments.link.create.mutate(link({ payments: 1 }))).rejects.toMatchObject({
      code: "POLICY_DENIED",
      details: { rule: "dailyVolume" },
    });
  });
});

/** A subscription that a payer bought at Stripe. */
const subscribe = async () => {
  const made = done(
    await client.payments.checkout.create.mutate({
      reference: "plan-1",
      mode: "subscription",
      lines: [{ price: "price_sandbox_monthly", quantity: 2 }],
      successUrl: returnUrl,
    }),
  );
  await visit(made.url, { payment_method: "pm_card_visa" });
  const { customerId, subscriptionId } = await client.payments.checkout.get.query({ checkoutId: made.checkoutId });
  return { customer: customerId ?? "", subscriptionId };
};

describe("invoices", () => {
  const provider = "stripe";

  it("of a subscription are listed by customer and state, read by their id, and shown on the vendor's page", async () => {
    const { organizationId } = asService("srv_socialize");
    const { customer, subscriptionId } = await subscribe();
    const draft = { customer, currency: "usd", status: "draft", total: 500, amount_paid: 0, amount_remaining: 500 };
    doors.sandbox.stripe.store.put("in", "invoice", { ...draft, metadata: {}, parent: null, number: null });
    const first = await client.payments.invoice.list.query({ provider, customer, limit: 1 });
    expect(first.invoices).toMatchObject([{ status: "draft", number: null, remaining: usd("500"), url: null }]);
    const rest = await client.payments.invoice.list.query({ provider, customer, after: first.next ?? "" });
    expect(rest).toMatchObject({ next: null, invoices: [{ status: "paid", total: usd("4000"), paid: usd("4000") }] });
    const [paid] = rest.invoices;
    expect(paid).toMatchObject({ customerId: customer, subscriptionId, remaining: usd("0"), providerStatus: "paid" });
    expect(await (await visit(paid?.url)).text()).toContain("USD 40.00");
    const invoiceId = paid?.invoiceId ?? "";
    expect(await client.payments.invoice.get.query({ provider, invoiceId })).toEqual(paid);
    const open = await client.payments.invoice.list.query({ provider, customer, status: "open" });
    expect(open.invoices).toEqual([]);
    await expect(
      client.payments.invoice.list.query({ provider, customer, status: "partially_paid" }),
    ).rejects.toMatchObject({ issues: [{ field: "status" }] });
    doors.callAs({ appId: "srv_other", organizationId });
    await expect(client.payments.invoice.get.query({ provider, invoiceId })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(client.payments.invoice.list.query({ provider, customer })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    // The account is shared: nobody is shown what is others' by asking for all of it.
    expect(await client.payments.invoice.list.query({ provider })).toEqual({ invoices: [], next: null });
  });

  it("that people wrote at PayPal are there for whoever has the account to itself", async () => {
    const ask = { provider: "paypal", invoiceId: "INV2-SANDBOX-0002" };
    asService("srv_socialize");
    await expect(client.payments.invoice.get.query(ask)).rejects.toMatchObject({ code: "NOT_FOUND" });
    expect(await client.payments.invoice.list.query({ provider: "paypal" })).toMatchObject({ invoices: [] });
    doors.callAs({ appId: "srv_socialize" });
    await client.keys.create.mutate({
      vendor: "paypal",
      label: "own",
      secret: doors.sandbox.paypal.access.secret,
      baseUrl: doors.sandbox.paypal.access.baseUrl,
    });
    await doors.refresh();
    expect(await client.payments.invoice.get.query(ask)).toMatchObject({
      status: "partially_paid",
      number: "SANDBOX-2",
      total: usd("8000"),
      paid: usd("3000"),
      remaining: usd("5000"),
    });
    const page = await client.payments.invoice.list.query({ provider: "paypal", limit: 2 });
    expect(page.invoices.map(({ invoiceId }) => invoiceId)).toEqual(["INV2-SANDBOX-0003", "INV2-SANDBOX-0002"]);
    const last = await client.payments.invoice.list.query({ provider: "paypal", limit: 2, after: page.next ?? "" });
    expect(last).toMatchObject({ next: null, invoices: [{ status: "paid", remaining: usd("0") }] });
    await expect(client.payments.invoice.list.query({ provider: "paypal", customer: "cus_1" })).rejects.toMatchObject({
      effect: "none",
    });
  });
});

const order = (provider: string): NexusInputs["payments"]["order"]["create"] => ({
  provider,
  reference: "order-1",
  amount: usd("10000"),
  returnUrl,
});

describe("disputes", () => {
  const pay: Readonly<Record<string, (url: string, orderId: string) => Promise<void>>> = {
    stripe: async (url) => void goOn(await visit(url, { payment_method: "pm_card_createDispute" })),
    paypal: async (url, orderId) => {
      goOn(await visit(url, { decision: "approve", funding: "disputed" }));
      await client.payments.order.capture.mutate({ orderId });
    },
  };
  const end: Readonly<Record<string, (id: string, won: boolean) => void>> = {
    stripe: (id, won) => Object.assign(doors.sandbox.stripe.thing(id) ?? {}, { status: won ? "won" : "lost" }),
    paypal: (id, won) =>
      Object.assign(doors.sandbox.paypal.store.disputes.get(id) ?? {}, {
        status: "RESOLVED",
        outcome: won ? "RESOLVED_SELLER_FAVOUR" : "RESOLVED_BUYER_FAVOUR",
      }),
  };

  it.each(["stripe", "paypal"])(
    "leave a payment at %s captured, and are found by it and by their id",
    async (provider) => {
      const { organizationId } = asService("srv_topolopay");
      const { orderId, approval } = done(await client.payments.order.create.mutate(order(provider)));
      expect(await client.payments.dispute.list.query({ orderId })).toEqual({ disputes: [] });
      await pay[provider]?.(approval?.kind === "redirect" ? approval.url : "", orderId);
      const paid = await client.payments.order.get.query({ orderId });
      expect(paid).toMatchObject({ status: "captured", captured: usd("10000"), dispute: "open" });
      const { disputes } = await client.payments.dispute.list.query({ orderId });
      expect(disputes).toMatchObject([
        { status: "open", amount: usd("10000"), paymentId: paid.paymentId, respondBy: expect.any(String), provider },
      ]);
      const disputeId = disputes[0]?.disputeId ?? "";
      const ask = { provider, disputeId };
      expect(await client.payments.dispute.get.query(ask)).toMatchObject({ status: "open", paymentId: paid.paymentId });
      for (const won of [true, false]) {
        end[provider]?.(disputeId, won);
        const status = won ? "won" : "lost";
        expect(await client.payments.dispute.get.query(ask)).toMatchObject({ status });
        expect(await client.payments.dispute.list.query({ orderId })).toMatchObject({ disputes: [{ status }] });
      }
      doors.callAs({ appId: "srv_other", organizationId });
      await expect(client.payments.dispute.get.query(ask)).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(client.payments.dispute.list.query({ orderId })).rejects.toMatchObject({ code: "NOT_FOUND" });
    },
  );

  it("name one payment, and show a checkout's too", async () => {
    asService("srv_topolopay");
    await expect(client.payments.dispute.list.query({})).rejects.toMatchObject({ issues: [{ field: "orderId" }] });
    const { checkoutId, url } = done(
      await client.payments.checkout.create.mutate({
        reference: "checkout-1",
        mode: "payment",
        lines: [{ name: "Chairs", amount: usd("5000") }],
        successUrl: returnUrl,
      }),
    );
    await visit(url, { payment_method: "pm_card_createDispute" });
    expect(await client.payments.checkout.get.query({ checkoutId })).toMatchObject({
      payment: "captured",
      dispute: "open",
    });
    expect((await client.payments.dispute.list.query({ checkoutId })).disputes).toHaveLength(1);
  });
});

describe("at the command line", () => {
  /** What a command says. */
  const nexus = async (...args: readonly string[]): Promise<string> => {
    const said: string[] = [];
    const say = (text: string): void => void said.push(text);
    const program = new Command();
    const terminal: Terminal = {
      say,
      write: async () => undefined,
      withOperator: () => Promise.reject(new Error("no operator")),
      failWith: () => undefined,
      signal: new AbortController().signal,
    };
    paymentCommands(program, terminal, (work) => work(client, () => Promise.reject(new Error("no door"))));
    await program.parseAsync(["payments", ...args], { from: "user" });
    return said.join("\n");
  };

  it("a link is made, shown and closed; what was paid is disputed, and its invoice is read", async () => {
    doors.callAs({ appId: "srv_socialize" });
    const made = await nexus("link", "create", "--line", "1050:USD Ticket", "--payments", "2");
    expect(made).toMatch(/^lnk_\S+ at stripe: open, .*, 0 of 2 paid\nPay at http/);
    const [linkId = ""] = made.split(" ");
    expect(await nexus("link", "deactivate", linkId)).toContain("closed");
    expect(await nexus("link", "show", linkId)).toContain("closed");
    const { customer } = await subscribe();
    expect(await nexus("invoice", "list", "--customer", customer)).toMatch(/SANDBOX-0001\s+paid/);
    const { orderId, approval } = done(await client.payments.order.create.mutate(order("stripe")));
    expect(await nexus("dispute", "list", orderId)).toBe("None.");
    goOn(await visit(approval?.kind === "redirect" ? approval.url : "", { payment_method: "pm_card_createDispute" }));
    expect(await nexus("dispute", "list", orderId)).toMatch(/du_\w+\s+open\s+fraudulent/);
  });
});

describe("a state that no table of ours has", () => {
  const told = async () => (await doors.metrics.unknownStates.get()).values.map(({ labels, value }) => [labels, value]);

  it("fails a test with an error of its own, and in production is unknown, counted and told to operators", async () => {
    asService("srv_topolopay");
    const { orderId, approval } = done(await client.payments.order.create.mutate(order("stripe")));
    goOn(await visit(approval?.kind === "redirect" ? approval.url : "", { payment_method: "pm_card_createDispute" }));
    const [dispute] = doors.sandbox.stripe.store.all("dispute");
    Object.assign(dispute ?? {}, { status: "a_new_word" });
    await expect(client.payments.dispute.list.query({ orderId })).rejects.toMatchObject({ code: "INTERNAL" });
    expect(doors.errors.at(-1)).toMatchObject({ cause: { name: "UnknownVendorState", vendor: "stripe" } });
    const { onUnknownState } = doors.gateway;
    Object.assign(doors.gateway, { onUnknownState: doors.onUnknownState });
    try {
      expect(await told()).toEqual([]);
      const { disputes } = await client.payments.dispute.list.query({ orderId });
      expect(disputes).toMatchObject([{ status: "unknown", providerStatus: "a_new_word" }]);
      // The order names it, and so does the dispute.
      expect(await told()).toEqual([[{ vendor: "stripe" }, 2]]);
      expect(await client.payments.order.get.query({ orderId })).toMatchObject({
        status: "captured",
        dispute: "unknown",
      });
    } finally {
      Object.assign(doors.gateway, { onUnknownState });
    }
  });
});

describe("a subscription at PayPal", () => {
  it("changes its plan and its quantity once the payer has approved", async () => {
    asService("srv_socialize");
    const provider = "paypal";
    const made = done(
      await client.payments.checkout.create.mutate({
        reference: "plan-1",
        mode: "subscription",
        lines: [{ price: "P-SANDBOXMONTHLY", quantity: 2 }],
        successUrl: returnUrl,
      }),
    );
    goOn(await visit(made.url, { decision: "approve" }));
    const ask = { provider, subscriptionId: made.subscriptionId ?? "" };
    const change = { ...ask, price: "P-SANDBOXYEARLY", quantity: 5 };
    for (const [more, field] of [
      [{}, "returnUrl"],
      [{ returnUrl, proration: "invoice_now" }, "proration"],
      [{ returnUrl, cancelAtPeriodEnd: true }, "cancelAtPeriodEnd"],
      [{ returnUrl: "https://evil.example/" }, "returnUrl"],
    ] as const)
      await expect(client.payments.subscription.update.mutate({ ...change, ...more })).rejects.toMatchObject({
        effect: "none",
        issues: [{ field }],
      });
    const asked = done(await client.payments.subscription.update.mutate({ ...change, returnUrl }));
    expect(asked).toMatchObject({ status: "active", items: [{ priceId: "P-SANDBOXMONTHLY", quantity: 2 }] });
    expect(await (await visit(asked.approvalUrl)).text()).toContain("USD 1000.00 each year");
    expect(new URL(goOn(await visit(asked.approvalUrl, { decision: "approve" }))).origin).toBe("https://app.example");
    expect(await client.payments.subscription.get.query(ask)).toMatchObject({
      approvalUrl: null,
      items: [{ priceId: "P-SANDBOXYEARLY", quantity: 5 }],
    });
  });
});
