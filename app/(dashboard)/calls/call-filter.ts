import type { CallFilter } from "../../_data/answers.ts";
import { beginOfDay } from "../../_data/zoned-days.ts";
import { oneOf, type Choice } from "../use-choice.ts";
import { filtersOf, periodOf, usageChoices } from "../usage/usage-question.ts";

const states = ["open", "settled", "released", "uncertain", "late"] as const satisfies readonly CallFilter["state"][];

const { by: _, measure: __, before: ___, ...usage } = usageChoices;

/** The filters of Usage, in its words, and what is a call's alone. */
export const callFilters = {
  ...usage,
  state: oneOf(states),
  unattributed: oneOf(["yes"]),
  unpriced: oneOf(["yes"]),
};

/** What a person chose of the calls. */
export type CallChoice = Choice<keyof typeof callFilters>;

const hourMs = 3_600_000;

/** A moment, or the first whole hour of a day in a zone, as usage has it. */
const momentOf = (at: string, zone: string): string =>
  at.includes("T") ? at : new Date(Math.ceil(beginOfDay(zone, at).getTime() / hourMs) * hourMs).toISOString();

/** The choice as the gateway understands it. Without a period it goes back to the first call. */
export const filterOf = (choice: CallChoice, now: Date, zone: string): CallFilter => {
  const { app, user, key, ...filters } = filtersOf(choice);
  const state = states.find((value) => value === choice.state);
  const period = choice.period === undefined ? undefined : periodOf(choice, now, zone);
  return {
    ...(period && { from: momentOf(period.from, zone), to: momentOf(period.to, zone) }),
    ...filters,
    ...(app !== undefined && { appId: app }),
    ...(user !== undefined && { userId: user }),
    ...(key !== undefined && { keyId: key }),
    ...(state && { state }),
    ...(choice.unattributed === "yes" && { unattributed: true }),
    ...(choice.unpriced === "yes" && { unpriced: true }),
  };
};
