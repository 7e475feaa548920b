/** A query that a page makes. */
export interface PageQuery {
  readonly page: string;
  readonly what: string;
  /** With its input; over REST, which runs the same procedures as tRPC. */
  readonly path: string;
}

interface Asking {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly now: Date;
}

const zone = "Europe/Berlin";
const day = 86_400_000;

const pathOf = (
  path: string,
  input: Readonly<Record<string, string | number | boolean | readonly string[]>>,
): string => {
  const query = Object.entries(input).flatMap(([name, value]) =>
    (typeof value === "object" ? value : [String(value)]).map((one) => `${name}=${encodeURIComponent(one)}`),
  );
  return query.length === 0 ? path : `${path}?${query.join("&")}`;
};

/** The queries of every page, for an organization with most of the operations. */
export const pageQueries = async ({ url, headers, now }: Asking): Promise<readonly PageQuery[]> => {
  const dayOf = (ago: number): string => new Date(now.getTime() - ago * day).toISOString().slice(0, 10);
  const read = async (path: string): Promise<unknown> => (await fetch(`${url}${path}`, { headers })).json();
  const list: unknown = await read("/api/operations?limit=100");
  const text = JSON.stringify(list);
  const operationId = /"operationId":"([0-9a-f-]+)"/.exec(text)?.[1] ?? "";
  const explore = (
    what: string,
    days: number,
    more: Readonly<Record<string, string | number | boolean | readonly string[]>>,
  ) => ({
    page: "Usage",
    what: `usage.explore ${days} days, ${what}`,
    path: pathOf("/api/usage/explore", { from: dayOf(days), to: dayOf(-1), timeZone: zone, ...more }),
  });
  const summary = (what: string, days: number, step: string, by: readonly string[]): PageQuery => ({
    page: "Home",
    what: `usage.summary ${what}`,
    path: pathOf("/api/usage/summary", {
      from: new Date(now.getTime() - days * day).toISOString(),
      to: now.toISOString(),
      step,
      by,
    }),
  });
  const plain = (page: string, what: string, path: string): PageQuery => ({ page, what, path });
  const pickers = ["app", "user", "key", "model", "vendor", "operation"].map((of) =>
    plain("Usage", `usage.values of ${of}`, `/api/usage/values?of=${of}&search=1`),
  );
  const twelveHours = new Date(now.getTime() - 40 * day).toISOString();
  return [
    summary("24 hours by hour", 1, "hour", []),
    summary("30 days by day", 30, "day", []),
    summary("30 days by vendor and model", 30, "day", ["vendor", "model"]),
    { ...explore("by family, compared", 30, { groupBy: ["family"], compare: true }), page: "Home" },
    { ...explore("by hour", 1, { interval: "hour", compare: true }), page: "Home" },
    explore("all", 30, {}),
    explore("by app, compared", 30, { groupBy: ["app"], compare: true }),
    explore("by model", 30, { groupBy: ["model"] }),
    explore("by app and model", 30, { groupBy: ["app", "model"] }),
    explore("by status", 30, { groupBy: ["status"] }),
    explore("by tier", 30, { groupBy: ["tier"] }),
    explore("by user", 7, { groupBy: ["user"] }),
    explore("by user", 30, { groupBy: ["user"] }),
    explore("by key", 30, { groupBy: ["key"] }),
    explore("of one user by model", 30, { groupBy: ["model"], user: "usr_7" }),
    explore("of one model by user", 30, { groupBy: ["user"], model: "model-3" }),
    explore("of one app by hour", 7, { interval: "hour", app: "srv_app_2" }),
    explore("by app, in weeks", 90, { groupBy: ["app"], interval: "week" }),
    explore("by model, in months", 90, { groupBy: ["model"], interval: "month" }),
    ...pickers,
    plain("Usage", "usage.statement of a month", `/api/usage/statements/${dayOf(31).slice(0, 7)}?timeZone=${zone}`),
    plain("Usage", "usage.statement of an app", `/api/usage/statements/${dayOf(31).slice(0, 7)}?app=srv_app_1`),
    plain("Calls", "operations.list", "/api/operations?limit=50"),
    plain("Calls", "operations.list from 40 days ago", pathOf("/api/operations", { limit: 50, to: twelveHours })),
    plain("Calls", "operations.list of a user", "/api/operations?limit=50&userId=usr_7"),
    plain("Calls", "operations.list of a model and app", "/api/operations?limit=50&appId=srv_app_2&model=model-3"),
    plain("Calls", "operations.list failed", "/api/operations?limit=50&state=released"),
    plain("Calls", "operations.list of nobody", "/api/operations?limit=50&userId=usr_nobody"),
    plain("Calls", "operations.list uncertain", "/api/operations?limit=50&state=uncertain"),
    plain("Calls", "operations.get", `/api/operations/${operationId}`),
    plain("Calls", "operations.explain", `/api/operations/${operationId}/explanation`),
    plain("Budgets", "usage.budgets.list", "/api/usage/budgets"),
    plain("Budgets", "usage.rateLimits.list", "/api/usage/rate-limits"),
    plain("Prices", "usage.prices.list", "/api/usage/prices"),
    plain("Audit", "audit.list", "/api/audit"),
    plain("Apps", "apps.list", "/api/apps"),
    plain("Keys", "keys.list", "/api/keys"),
    plain("Tokens", "serviceTokens.list", "/api/service-tokens"),
    plain("Routing", "preferences.get", "/api/preferences"),
    plain("E-mail", "email.list", "/api/email"),
    plain("Payments", "payments.operations.list", "/api/payments/operations"),
    plain(
      "Payments",
      "payments.operations.volume",
      pathOf("/api/payments/volume", { from: `${dayOf(30)}T00:00:00Z`, to: now.toISOString() }),
    ),
    plain("Spending", "spending.list", "/api/usage/spending"),
    plain("Approvals", "approvals.list", "/api/payments/approvals"),
  ];
};
