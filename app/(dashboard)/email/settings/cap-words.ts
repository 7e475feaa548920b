import type { MailSettings } from "../../../_data/answers.ts";
import { categoryChoices } from "../message-filter.ts";

export type Cap = MailSettings["caps"][number];

export const capCategories = [{ value: "any", label: "All mail together" }, ...categoryChoices] as const;

/** Times that people choose among; any other number of seconds stays as it is. */
export const capTimes = [
  { seconds: 3_600, label: "an hour" },
  { seconds: 86_400, label: "a day" },
  { seconds: 604_800, label: "a week" },
  { seconds: 2_592_000, label: "30 days" },
] as const;

export const wordOfTime = (seconds: number): string =>
  capTimes.find((time) => time.seconds === seconds)?.label ?? `${seconds.toLocaleString("en-US")} seconds`;

export const isCategory = (value: string): value is Cap["category"] =>
  capCategories.some((category) => category.value === value);
