import type { EmailFilter } from "../../_data/answers.ts";
import { rangeWords, sinceOf } from "../time-range.ts";
import { anyText, oneOf, type Choice } from "../use-choice.ts";
import { mailStateChoices } from "./mail-badges.tsx";

type Category = NonNullable<EmailFilter["category"]>;
type State = NonNullable<EmailFilter["state"]>;

const categories: Readonly<Record<Category, string>> = {
  otp: "One-time code",
  password_reset: "Password reset",
  security_alert: "Security alert",
  receipt: "Receipt",
  invoice: "Invoice",
  notification: "Notification",
  marketing: "Marketing",
};

export const categoryChoices = Object.entries(categories).map(([value, label]) => ({ value, label }));
export const messageFilters = {
  range: oneOf(rangeWords),
  state: oneOf(mailStateChoices.map(({ value }) => value)),
  category: oneOf(Object.keys(categories)),
  recipient: anyText,
  appId: anyText,
};

/** What a person chose of the mails. */
export type MessageChoice = Choice<keyof typeof messageFilters>;

export const wordOfCategory = (category: Category): string => categories[category];

const isCategory = (value: string | undefined): value is Category => value !== undefined && value in categories;
const isState = (value: string | undefined): value is State =>
  mailStateChoices.some((choice) => choice.value === value);

/** The choice as the gateway understands it. An address that is none asks for nothing. */
export const messageFilterOf = (
  { range, state, category, recipient, appId }: MessageChoice,
  now: Date,
): EmailFilter => ({
  ...sinceOf(range, now),
  ...(isState(state) && { state }),
  ...(isCategory(category) && { category }),
  ...(recipient !== undefined && recipient.includes("@") && { recipient }),
  ...(appId !== undefined && { appId }),
});
