import type { ListedPayment } from "../../_data/answers.ts";
import { Badge, type Tone } from "../../_ui/badge.tsx";

type State = ListedPayment["state"];

interface Meaning {
  readonly label: string;
  readonly tone: Tone;
  readonly title: string;
}

const meanings: Readonly<Record<State, Meaning>> = {
  sending: { label: "on its way", tone: "accent", title: "Is being sent to the vendor" },
  open: { label: "open", tone: "accent", title: "Waits for the payer or for the vendor" },
  to_capture: { label: "to capture", tone: "warn", title: "The payer has approved it; the money is not taken yet" },
  paid: { label: "paid", tone: "good", title: "The money was taken" },
  refunded: { label: "refunded", tone: "accent", title: "It was given back" },
  done: { label: "done", tone: "good", title: "The vendor has done it" },
  over: { label: "closed", tone: "plain", title: "Canceled or expired: nobody can pay it any more" },
  failed: { label: "failed", tone: "bad", title: "Proved not to be made" },
  unknown: { label: "in doubt", tone: "warn", title: "Nobody can tell yet whether it was made; it is being looked up" },
  needs_review: { label: "needs review", tone: "bad", title: "Only a person can tell whether it was made" },
};

const inPart: Meaning = { label: "partly refunded", tone: "accent", title: "A part of it was given back" };

const isInPart = ({ state, refunded, captured, amount }: Shown): boolean => {
  const whole = captured ?? amount;
  return state === "refunded" && refunded !== null && whole !== null && BigInt(refunded.amount) < BigInt(whole.amount);
};

type Shown = Pick<ListedPayment, "state" | "refunded" | "captured" | "amount">;

/** Where a payment stands. */
export const PaymentStateBadge = ({ payment }: { readonly payment: Shown }) => {
  const { label, tone, title } = isInPart(payment) ? inPart : meanings[payment.state];
  return (
    <Badge tone={tone} title={title}>
      {label}
    </Badge>
  );
};

const isState = (value: string): value is State => value in meanings;

/** What was chosen, if it is a state. */
export const stateOfChoice = (value: string | undefined): State | undefined =>
  value !== undefined && isState(value) ? value : undefined;

/** Every state, in the order in which a payment goes through them. */
export const paymentStateChoices = Object.entries(meanings).map(([value, { label }]) => ({ value, label }));

const nextWords: Readonly<Record<NonNullable<ListedPayment["next"]>, string>> = {
  payer: "the payer",
  authorize: "you: authorize",
  capture: "you: capture",
  wait: "the vendor",
};

/** Who acts next, in words. */
export const wordOfNext = ({ state, next }: Pick<ListedPayment, "state" | "next">): string | undefined => {
  if (state === "needs_review") return "you: say how it ended";
  if (state === "unknown" || state === "sending") return "Nexus";
  return next === null ? undefined : nextWords[next];
};

const verbs: Readonly<Record<string, string>> = {
  "checkout.create": "Checkout",
  "checkout.expire": "Closing of a checkout",
  "checkout.capture": "Capture of a checkout",
  "order.create": "Order",
  "order.authorize": "Authorization",
  "order.capture": "Capture",
  "order.cancel": "Cancellation",
  "refund.create": "Refund",
  "link.create": "Payment link",
  "link.deactivate": "Closing of a link",
  "customer.create": "New customer at the vendor",
  "portal.create": "Customer's page",
  "subscription.update": "Change of a subscription",
  "subscription.cancel": "End of a subscription",
};

const family = /^payments\./;

/** What was asked for, in words: "Refund" for payments.refund.create. */
export const wordOfPayment = (operation: string): string => {
  const verb = operation.replace(family, "");
  const [object = verb, action = ""] = verb.split(".");
  return verbs[verb] ?? `${object.charAt(0).toUpperCase()}${object.slice(1)} ${action}`.trim();
};

/** What can be filtered by: the first word of an operation. */
export const kindChoices = [
  { value: "checkout", label: "Checkouts" },
  { value: "order", label: "Orders" },
  { value: "refund", label: "Refunds" },
  { value: "link", label: "Payment links" },
  { value: "subscription", label: "Subscriptions" },
  { value: "customer", label: "Customers" },
  { value: "portal", label: "Customers' pages" },
] as const;
