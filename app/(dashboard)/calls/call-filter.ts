import type { CallFilter } from "../../_data/answers.ts";
import { sinceOf } from "../time-range.ts";
import type { Choice } from "../use-choice.ts";

export const filterNames = ["range", "state", "vendor", "model", "appId"] as const;

/** What a person chose of the calls. */
export type CallChoice = Choice<(typeof filterNames)[number]>;

const states = ["open", "settled", "released", "uncertain", "late"] as const satisfies readonly CallFilter["state"][];

/** The choice as the gateway understands it. */
export const filterOf = ({ range, state, vendor, model, appId }: CallChoice, now: Date): CallFilter => {
  const known = states.find((value) => value === state);
  return {
    ...sinceOf(range, now),
    ...(known && { state: known }),
    ...(vendor !== undefined && { vendor }),
    ...(model !== undefined && { model }),
    ...(appId !== undefined && { appId }),
  };
};
