import { z } from "zod";

/** What usage can be grouped by. */
export const UsageGrouping = z.enum([
  "app",
  "user",
  "key",
  "customer",
  "family",
  "operation",
  "vendor",
  "model",
  "tier",
  "source",
  "status",
]);
export type UsageGrouping = z.infer<typeof UsageGrouping>;

/**
 * The kinds of sums of months, days and hours: with all dimensions; without people, keys and customers; of people and keys alone; of apps
 * and their customers, of the calls that have one; of everything together.
 */
export type UsageDetail = "all" | "app" | "user" | "customer" | "total";

/** What the names of their tables end with. */
export const tableEndOf: Readonly<Record<UsageDetail, string>> = {
  all: "",
  app: "_app",
  user: "_user",
  customer: "_customer",
  total: "_total",
};

const notOfApps: ReadonlySet<string> = new Set(["user", "key", "customer"]);
const ofUsers: ReadonlySet<string> = new Set(["user", "key", "status"]);
const ofCustomers: ReadonlySet<string> = new Set(["app", "customer", "status"]);

/** The smallest sums that tell apart what is grouped and what is filtered by. */
export const detailFor = (groupings: readonly string[], filtered: readonly string[] = []): UsageDetail => {
  const named = [...groupings, ...filtered];
  // Each kind counts what failed beside the rest.
  if (named.every((grouping) => grouping === "status")) return "total";
  if (!named.some((grouping) => notOfApps.has(grouping))) return "app";
  if (named.every((grouping) => ofUsers.has(grouping))) return "user";
  return named.every((grouping) => ofCustomers.has(grouping)) ? "customer" : "all";
};

const name = z.string().min(1).max(256).optional();

/** The fields by which usage is filtered; what is left out filters nothing. */
export const usageFilters = {
  app: name.describe("Registered id of the app"),
  user: name.describe("A person's id"),
  key: name.describe("Id of an API key of Topolo Auth, or of a service token"),
  customer: z.string().min(1).max(128).optional().describe("The app's own id of its customer; name `app` too"),
  family: z.enum(["ai", "email", "payments"]).optional().describe("Of the operation"),
  operation: name.describe("What was called, as in `ai.generateText`"),
  vendor: name,
  model: name.describe("The vendor's model id"),
  tier: z.enum(["byok", "org_override", "platform_default"]).optional().describe("Whose credential paid"),
  source: z
    .enum(["provider", "drained", "estimated", "cache", "operator", "import", "none"])
    .optional()
    .describe("Where the numbers come from"),
  status: z
    .enum(["succeeded", "failed"])
    .optional()
    .describe("failed: ended without effect. A cost that a vendor billed after all counts as succeeded"),
} as const;

export const UsageFilter = z.strictObject(usageFilters);
export type UsageFilter = z.output<typeof UsageFilter>;

/** The filters that are set. */
export const groupingsOf = (filter: UsageFilter): UsageGrouping[] =>
  UsageGrouping.options.filter((grouping) => filter[grouping] !== undefined);
