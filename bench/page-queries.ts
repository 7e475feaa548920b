/** A query that a page makes. */
export interface PageQuery {
  readonly page: string;
  /** `router.verb` */
  readonly procedure: string;
  /** What is asked for, beside the procedure. */
  readonly what: string;
  readonly input: PageInput;
}

type PageInput = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** What is named in the queries for one thing. */
export interface KnownThings {
  readonly now: Date;
  readonly operationId: string;
  readonly emailId: string;
  readonly paymentId: string;
  /** Where a list goes on that has been turned a hundred pages. */
  readonly deep: string;
}

/** Queries that pages make and that are not measured here, with the reason. */
export const notMeasured: Readonly<Record<string, string>> = {
  "ai.videos.get": "one row by its key",
  "ai.videos.content": "asks the vendor",
  "ai.responses.get": "one row by its key",
  "ai.batches.get": "one row by its key",
  "ai.batches.results": "asks the vendor",
  "ai.files.content": "asks the vendor",
  "ai.files.get": "one row by its key",
  "ai.models": "answered from memory",
  "audit.export": "a file that is streamed",
  "credentials.listOrganizationOverrides": "for platform administrators: a handful of rows",
  "credentials.listPlatformDefaults": "for platform administrators: a handful of rows",
  "customers.statementCsv": "customers.statement as a file",
  "usage.entries": "a file that is streamed; `npm run bench -- rows` measures it",
  "email.suppressions.check": "asked for by apps",
  "email.templates.get": "one row by its key",
  "operations.find": "one row by its key",
  "operations.follow": "one statement a second for everybody who follows",
  "payments.checkout.get": "asks the vendor",
  "payments.customer.get": "asks the vendor",
  "payments.dispute.get": "asks the vendor",
  "payments.dispute.list": "asks the vendor",
  "payments.invoice.get": "asks the vendor",
  "payments.invoice.list": "asks the vendor",
  "payments.link.get": "asks the vendor",
  "payments.order.get": "asks the vendor",
  "payments.refund.get": "asks the vendor",
  "payments.subscription.get": "asks the vendor",
  "payments.subscription.list": "asks the vendor",
  "preferences.explainRoute": "answered from memory",
  "system.get": "for platform administrators: counts of queues and processes",
  "usage.alerts.get": "one budget's settings by its key",
  "usage.export": "a file that is streamed: measured by itself",
  "usage.statementCsv": "usage.statement as a file",
  "wallets.getTopUp": "asked for by apps",
};

const zone = "Europe/Berlin";
const day = 86_400_000;
const app = "srv_app_2";
const user = "usr_7";
const model = "model-3";
const nothing = "00000000-0000-7000-8000-000000000000";
const subjects: readonly PageInput[] = [
  { scope: "organization" },
  { scope: "user", scopeId: "usr_17" },
  { scope: "app", scopeId: "srv_roadmapper" },
];
/** The customer that is asked about, and its app. */
export const billed = { appId: "srv_topoloone", customerId: "customer-7" };

/** The queries of every page with their filters, for an organization with most of the operations. */
export const pageQueries = ({ now, operationId, emailId, paymentId, deep }: KnownThings): readonly PageQuery[] => {
  const dayOf = (ago: number): string => new Date(now.getTime() - ago * day).toISOString().slice(0, 10);
  const momentOf = (ago: number): string => new Date(now.getTime() - ago * day).toISOString();
  const month = dayOf(31).slice(0, 7);
  const asking =
    (page: string) =>
    (procedure: string, what = "", input: PageInput = {}): PageQuery => ({ page, procedure, what, input });
  const explored =
    (page: string) =>
    (days: number, what: string, input: PageInput): PageQuery =>
      asking(page)("usage.explore", `${days} days, ${what}`, {
        from: dayOf(days),
        to: dayOf(-1),
        timeZone: zone,
        ...input,
      });
  const [home, usage, calls, budgets, mail, payments, customers, audit] = [
    asking("Home"),
    asking("Usage"),
    asking("Calls"),
    asking("Budgets"),
    asking("E-mail"),
    asking("Payments"),
    asking("Customers"),
    asking("Audit"),
  ] as const;
  const [homeUsage, explore] = [explored("Home"), explored("Usage")];
  const summary = (what: string, days: number, input: PageInput): PageQuery =>
    home("usage.summary", what, { from: momentOf(days), to: now.toISOString(), ...input });
  const list = (what: string, input: PageInput): PageQuery => calls("operations.list", what, { limit: 50, ...input });
  return [
    summary("24 hours by hour", 1, { step: "hour" }),
    summary("30 days by day", 30, { step: "day" }),
    summary("30 days by vendor and model", 30, { step: "day", by: ["vendor", "model"] }),
    summary("30 days of an app", 30, { step: "day", appId: app, vendor: "openai", model, source: "provider" }),
    summary("30 days of a user", 30, { step: "day", userId: user }),
    summary("30 days of a key", 30, { step: "day", keyId: "key_3" }),
    homeUsage(30, "by family, compared", { groupBy: ["family"], compare: true }),
    homeUsage(1, "by hour", { interval: "hour", compare: true }),
    home("usage.attention"),
    ...["app", "model", "vendor"].map((by) => explored("Me")(30, `own by ${by}`, { user, groupBy: [by], limit: 8 })),
    asking("Me")("usage.budgets.mine"),
    asking("Me")("usage.budgets.mine", "one", { budgetId: nothing }),
    explore(30, "all", {}),
    ...["app", "user", "key", "customer", "family", "operation", "vendor", "model", "tier", "source", "status"].flatMap(
      (by) => [
        explore(30, `by ${by}, compared`, { groupBy: [by], compare: true }),
        explore(90, `by ${by}, in weeks`, { groupBy: [by], interval: "week" }),
        explore(365, `by ${by}, in months`, { groupBy: [by], interval: "month" }),
      ],
    ),
    ...[
      ["app", "model"],
      ["app", "user"],
      ["user", "model"],
      ["user", "key"],
    ].map((groupBy) => explore(30, `by ${groupBy.join(" and ")}`, { groupBy })),
    ...Object.entries({
      app,
      user,
      key: "key_3",
      customer: "customer-7",
      family: "email",
      operation: "ai.embed",
      vendor: "openai",
      model,
      tier: "byok",
      source: "provider",
      status: "failed",
    }).flatMap(([name, value]) => {
      const filter: PageInput = name === "customer" ? { app: billed.appId, customer: value } : { [name]: value };
      return [
        explore(30, `of one ${name} by user`, { groupBy: ["user"], orderBy: "calls", ...filter }),
        explore(30, `of one ${name} by model`, { groupBy: ["model"], ...filter }),
      ];
    }),
    explore(7, "of one app by hour", { interval: "hour", app }),
    explore(365, "by day", {}),
    ...["app", "user", "key", "model", "vendor", "operation", "tier", "customer", "source", "family"].map((of) =>
      usage("usage.values", `of ${of}`, { of, search: "1", days: 90, limit: 20 }),
    ),
    usage("usage.statement", "of a month", { month, timeZone: zone }),
    usage("usage.statement", "of an app", { month, app: "srv_app_1" }),
    list("all", {}),
    list("deep", { before: deep }),
    list("of a day 40 days ago", { from: momentOf(40), to: momentOf(39) }),
    ...Object.entries({
      appId: app,
      userId: user,
      keyId: "key_3",
      vendor: "openai",
      model,
      family: "payments",
      operation: "payments.refund.create",
      tier: "org_override",
      source: "estimated",
      status: "failed",
      state: "released",
      unattributed: true,
      unpriced: true,
    }).flatMap(([name, value]) => [
      list(name, { [name]: value }),
      list(`${name}, deep`, { [name]: value, before: deep }),
    ]),
    list("of one who calls little", { userId: "usr_997" }),
    list("of nobody", { userId: "usr_nobody" }),
    list("of a user and a model", { userId: user, model }),
    list("of one who calls little and a model", { userId: "usr_400", model: "model-17" }),
    list("of one who calls little, failed", { userId: "usr_400", status: "failed" }),
    list("of a user, estimated", { userId: user, source: "estimated" }),
    list("of a user and a vendor of mail", { userId: user, vendor: "ses" }),
    list("of a key and a model that it never called", { keyId: "key_150", model: "model-17" }),
    list("of a key and payments", { keyId: "key_150", family: "payments" }),
    list("of a model, estimated", { model: "model-17", source: "estimated" }),
    list("of no app, failed refunds", { unattributed: true, operation: "payments.refund.create", status: "failed" }),
    list("open", { state: "open" }),
    list("uncertain", { state: "uncertain" }),
    list("uncertain, for review", { state: "uncertain", needsReview: true }),
    calls("operations.get", "", { operationId }),
    calls("operations.explain", "", { operationId }),
    budgets("usage.budgets.list"),
    budgets("usage.budgets.list", "of a user", { scope: "user", scopeId: "usr_17" }),
    budgets("usage.budgets.forecast"),
    ...subjects.map((of) =>
      budgets("usage.budgets.preview", `of ${String(of["scope"])}`, {
        ...of,
        period: "month",
        window: "calendar",
        hard: true,
        limitNanos: "1000000000",
        alertThresholds: ["50", "80"],
        timeZone: zone,
      }),
    ),
    budgets("usage.alerts.deliveries", "", { limit: 20 }),
    budgets("usage.alerts.deliveries", "of a budget", { limit: 20, budgetId: nothing }),
    budgets("usage.alerts.deliveries", "of a webhook", { limit: 20, webhookId: nothing }),
    budgets("usage.webhooks.list"),
    budgets("usage.requests.list", "open", { state: "open" }),
    budgets("usage.rateLimits.list"),
    asking("Prices")("usage.prices.list", "", { limit: 100 }),
    asking("Prices")("usage.prices.list", "of a model", {
      vendor: "openai",
      model: "gpt-4o-mini",
      at: now.toISOString(),
    }),
    asking("Prices")("usage.prices.list", "searched", { limit: 100, search: "mini" }),
    asking("Prices")("usage.prices.history", "", { vendor: "openai", model: "gpt-4o-mini" }),
    asking("Prices")("usage.prices.changes", "", { limit: 20 }),
    asking("Prices")("usage.prices.unpriced", "30 days", { days: 30 }),
    audit("audit.list", "", { limit: 50 }),
    audit("audit.list", "of an action", { limit: 50, action: "budget.set" }),
    audit("audit.list", "of a person", { limit: 50, actor: "usr_7" }),
    audit("audit.list", "of a target, of a week", {
      limit: 50,
      target: "target-7",
      from: momentOf(60),
      to: momentOf(53),
    }),
    audit("audit.values", "of actors", { of: "actor", search: "7", limit: 20 }),
    audit("audit.values", "of actions", { of: "action", search: "7", limit: 20 }),
    asking("Apps")("apps.list"),
    asking("Apps")("apps.attributionGaps", "", { days: 90 }),
    asking("Vendor keys")("keys.list"),
    asking("Vendor keys")("keys.list", "of a vendor", { vendor: "openai" }),
    asking("Vendor keys")("keys.vendors"),
    asking("Files")("ai.files.list", "", { limit: 50 }),
    asking("Files")("ai.files.list", "of a vendor", { provider: "openai", purpose: "user_data", limit: 50 }),
    asking("Batches")("ai.batches.list", "", { limit: 20 }),
    asking("Batches")("ai.batches.list", "of a vendor", { provider: "openai", limit: 20 }),
    asking("Videos")("ai.videos.list", "", { limit: 20 }),
    asking("Videos")("ai.videos.list", "of a vendor", { provider: "google", limit: 20 }),
    asking("Answers")("ai.responses.list", "", { limit: 20 }),
    asking("Answers")("ai.responses.list", "that go on", {
      limit: 20,
      kind: "response",
      background: true,
      status: ["queued", "in_progress"],
    }),
    asking("Keys")("serviceTokens.list"),
    explored("Keys")(30, "by key", { groupBy: ["key"], limit: 100 }),
    asking("Routing")("preferences.get"),
    mail("email.list", "", { limit: 50 }),
    mail("email.list", "deep", { limit: 50, before: deep }),
    ...Object.entries({
      state: "bounced",
      recipient: "nobody@example.com",
      category: "marketing",
      stream: "broadcast",
      appId: app,
    }).map(([name, value]) => mail("email.list", `by ${name}`, { limit: 50, [name]: value })),
    mail("email.list", "of a day", { limit: 50, from: momentOf(40), to: momentOf(39) }),
    mail("email.get", "", { emailId }),
    mail("email.events", "", { emailId, limit: 50 }),
    mail("email.suppressions.list", "", { limit: 50, stream: "broadcast", reason: "manual" }),
    mail("email.templates.list"),
    mail("email.domains.list"),
    mail("email.settings.get"),
    payments("payments.operations.list", "", { limit: 50 }),
    payments("payments.operations.list", "deep", { limit: 50, before: deep }),
    ...Object.entries({
      kind: "refund",
      state: ["refunded"],
      appId: app,
      vendor: "paypal",
      reference: "invoice-7",
    }).map(([name, value]) => payments("payments.operations.list", `by ${name}`, { limit: 50, [name]: value })),
    payments("payments.operations.list", "of a day", { limit: 50, from: momentOf(40), to: momentOf(39) }),
    payments("payments.operations.list", "needs review", { limit: 50, state: ["needs_review"] }),
    payments("payments.operations.get", "", { operationId: paymentId }),
    payments("payments.operations.volume", "", {
      from: `${dayOf(30)}T00:00:00Z`,
      to: now.toISOString(),
      timeZone: zone,
    }),
    payments("payments.operations.volume", "of an app", {
      from: `${dayOf(90)}T00:00:00Z`,
      to: now.toISOString(),
      appId: app,
    }),
    payments("spending.list"),
    payments("approvals.list", "", { pending: true, limit: 50 }),
    customers("customers.list", "", { limit: 50 }),
    customers("customers.list", "searched for", { limit: 50, search: "17", appId: billed.appId }),
    customers("customers.get", "", billed),
    customers("customers.spend", "", { ...billed, days: 30 }),
    customers("customers.statement", "", { ...billed, month }),
    customers("wallets.entries", "", { ...billed, limit: 50 }),
    customers("wallets.topUps", "", { ...billed, limit: 20 }),
    customers("plans.list", "", { appId: billed.appId }),
    customers("billing.export", "", { appId: billed.appId, state: "refused", limit: 50 }),
  ];
};
