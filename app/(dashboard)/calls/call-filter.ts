import type { CallFilter } from "../../_data/answers.ts";
import { rangeWords, sinceOf } from "../time-range.ts";
import { anyText, oneOf, type Choice } from "../use-choice.ts";

const states = ["open", "settled", "released", "uncertain", "late"] as const satisfies readonly CallFilter["state"][];

export const callFilters = {
  range: oneOf(rangeWords),
  state: oneOf(states),
  vendor: anyText,
  model: anyText,
  appId: anyText,
  userId: anyText,
  keyId: anyText,
};

/** What a person chose of the calls. */
export type CallChoice = Choice<keyof typeof callFilters>;

/** The choice as the gateway understands it. */
export const filterOf = ({ range, state, vendor, model, appId, userId, keyId }: CallChoice, now: Date): CallFilter => {
  const known = states.find((value) => value === state);
  return {
    ...sinceOf(range, now),
    ...(known && { state: known }),
    ...(vendor !== undefined && { vendor }),
    ...(model !== undefined && { model }),
    ...(appId !== undefined && { appId }),
    ...(userId !== undefined && { userId }),
    ...(keyId !== undefined && { keyId }),
  };
};
