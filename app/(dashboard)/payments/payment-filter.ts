import type { PaymentFilter } from "../../_data/answers.ts";
import { sinceOf } from "../time-range.ts";
import type { Choice } from "../use-choice.ts";
import { stateOfChoice } from "./payment-words.tsx";

export const paymentFilterNames = ["range", "state", "kind", "appId", "reference"] as const;

/** What a person chose of the payments. */
export type PaymentChoice = Choice<(typeof paymentFilterNames)[number]>;

const kind = /^[a-z]{1,32}$/;

/** The choice as the gateway understands it. */
export const paymentFilterOf = (choice: PaymentChoice, now: Date): PaymentFilter => {
  const state = stateOfChoice(choice.state);
  return {
    ...sinceOf(choice.range, now),
    ...(state !== undefined && { state: [state] }),
    ...(choice.kind !== undefined && kind.test(choice.kind) && { kind: choice.kind }),
    ...(choice.appId !== undefined && { appId: choice.appId }),
    ...(choice.reference !== undefined && { reference: choice.reference }),
  };
};
