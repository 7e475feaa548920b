import type { PaymentFilter } from "../../_data/answers.ts";
import { rangeWords, sinceOf } from "../time-range.ts";
import { anyText, oneOf, type Choice } from "../use-choice.ts";
import { kindChoices, paymentStateChoices, stateOfChoice } from "./payment-words.tsx";

export const paymentFilters = {
  range: oneOf(rangeWords),
  state: oneOf(paymentStateChoices.map(({ value }) => value)),
  kind: oneOf(kindChoices.map(({ value }) => value)),
  appId: anyText,
  reference: anyText,
};

/** What a person chose of the payments. */
export type PaymentChoice = Choice<keyof typeof paymentFilters>;

/** The choice as the gateway understands it. */
export const paymentFilterOf = (choice: PaymentChoice, now: Date): PaymentFilter => {
  const state = stateOfChoice(choice.state);
  return {
    ...sinceOf(choice.range, now),
    ...(state !== undefined && { state: [state] }),
    ...(choice.kind !== undefined && { kind: choice.kind }),
    ...(choice.appId !== undefined && { appId: choice.appId }),
    ...(choice.reference !== undefined && { reference: choice.reference }),
  };
};
