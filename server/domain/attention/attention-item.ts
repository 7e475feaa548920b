import { z } from "zod";

/** What can need somebody's attention, the most urgent first. */
export const AttentionKind = z.enum([
  "spending_stopped",
  "budgets_used_up",
  "credentials_failing",
  "payments_need_review",
  "approvals_waiting",
  "uncertain_operations",
  "circuits_open",
  "budgets_near_limit",
  "budgets_running_out",
  "unpriced_units",
  "unattributed_calls",
  "silent_apps",
]);
export type AttentionKind = z.infer<typeof AttentionKind>;

/** Something that needs attention: how much of it there is, what it means, and where it is dealt with. */
export const AttentionItem = z.object({
  kind: AttentionKind,
  urgent: z.boolean().describe("Calls fail, or money is at stake, until somebody does something"),
  count: z.int().describe("How many there are of what the title counts"),
  title: z.string().describe("What there is, in words, with its count"),
  detail: z.string().describe("What it means, and what to do"),
  subjects: z.array(z.string()).describe("Which ones, by name; the first few"),
  action: z
    .object({
      label: z.string().describe("What the way is called"),
      page: z.string().describe("Path of the dashboard where it is dealt with, with its filters"),
    })
    .describe("What to do about it"),
});
export type AttentionItem = z.infer<typeof AttentionItem>;

/** Named of one kind; the count tells of the others. */
export const mostSubjects = 5;

interface Found {
  readonly count: number;
  readonly subjects?: readonly string[];
  readonly page: string;
}

interface Words {
  readonly urgent?: boolean;
  readonly title: (count: number) => string;
  readonly detail: string;
  readonly label: string;
}

const count = new Intl.NumberFormat("en-US");

const counted =
  (one: string, many: string) =>
  (found: number): string =>
    found === 1 ? `1 ${one}` : `${count.format(found)} ${many}`;

const words: Readonly<Record<AttentionKind, Words>> = {
  spending_stopped: {
    urgent: true,
    title: () => "Calls that cost money are stopped",
    detail: "The database was restored or moved: an operator has to say what was spent since.",
    label: "What an operator does",
  },
  budgets_used_up: {
    urgent: true,
    title: counted("hard budget is used up", "hard budgets are used up"),
    detail: "Calls that count against a used-up budget are refused until it begins anew or is raised.",
    label: "Look at budgets",
  },
  credentials_failing: {
    urgent: true,
    title: counted("vendor key is refused by its vendor", "vendor keys are refused by their vendors"),
    detail:
      "The key was refused, has no credit, or no access to the model. Store a new one, or add credit at the vendor.",
    label: "Look at vendor keys",
  },
  payments_need_review: {
    urgent: true,
    title: counted("payment needs review", "payments need review"),
    detail: "Nobody can look up whether it was made. A person who looks at the vendor says how it ended.",
    label: "Review",
  },
  approvals_waiting: {
    title: counted("payment waits for your approval", "payments wait for your approval"),
    detail: "A spending policy asks for a person. What nobody decides expires.",
    label: "Decide",
  },
  uncertain_operations: {
    title: counted("call is of unknown outcome", "calls are of unknown outcome"),
    detail: "What was reserved stays held until the cost is known.",
    label: "Look at them",
  },
  circuits_open: {
    title: counted("way to a vendor is shut", "ways to vendors are shut"),
    detail: "Too many calls failed there a moment ago. It is tried again by itself; other routes are used meanwhile.",
    label: "Where calls go",
  },
  budgets_near_limit: {
    title: counted("budget is nearly used up", "budgets are nearly used up"),
    detail: "80 % or more is spent or held.",
    label: "Look at budgets",
  },
  budgets_running_out: {
    title: counted("budget runs out before its period ends", "budgets run out before their periods end"),
    detail: "At the rate of the last seven days.",
    label: "Look at budgets",
  },
  unpriced_units: {
    title: counted("call used units without a price", "calls used units without a price"),
    detail: "Such a call is booked at what was held. With a price, the next one costs what it costs.",
    label: "Look at them",
  },
  unattributed_calls: {
    title: counted("call of the last 7 days names no app", "calls of the last 7 days name no app"),
    detail: "What such calls cost belongs to no app. Send X-Service-ID, or use a key of the app.",
    label: "Look at them",
  },
  silent_apps: {
    title: counted("app has stopped calling", "apps have stopped calling"),
    detail: "An app that called before and has not for a week is not used, or calls vendors past Nexus.",
    label: "See which",
  },
};

/** An item in words; undefined where there is nothing of its kind. */
export const attentionItemOf = (
  kind: AttentionKind,
  { count: found, subjects = [], page }: Found,
): AttentionItem | undefined => {
  if (found === 0) return undefined;
  const { urgent = false, title, detail, label } = words[kind];
  return {
    kind,
    urgent,
    count: found,
    title: title(found),
    detail,
    subjects: subjects.slice(0, mostSubjects),
    action: { label, page },
  };
};
