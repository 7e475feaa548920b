import type { CallFilter } from "../../_data/answers.ts";

/** What a person chose, as it stands in the address. */
export interface CallChoice {
  readonly range?: string;
  readonly state?: string;
  readonly vendor?: string;
  readonly model?: string;
  readonly appId?: string;
}

export const filterNames = [
  "range",
  "state",
  "vendor",
  "model",
  "appId",
] as const satisfies readonly (keyof CallChoice)[];

const hourMs = 3_600_000;

export const ranges = [
  { value: "1h", label: "Last hour", ms: hourMs },
  { value: "24h", label: "Last 24 hours", ms: 24 * hourMs },
  { value: "7d", label: "Last 7 days", ms: 7 * 24 * hourMs },
  { value: "30d", label: "Last 30 days", ms: 30 * 24 * hourMs },
] as const;

const states = ["open", "settled", "released", "uncertain", "late"] as const satisfies readonly CallFilter["state"][];

/** The choice as the address has it; what cannot be meant is left out. */
export const readChoice = (search: { readonly get: (name: string) => string | null }): CallChoice =>
  Object.fromEntries(
    filterNames.flatMap((name) => {
      const value = search.get(name)?.trim().slice(0, 256);
      return value ? [[name, value]] : [];
    }),
  );

/** The choice as the gateway understands it. */
export const filterOf = ({ range, state, vendor, model, appId }: CallChoice, now: Date): CallFilter => {
  const span = ranges.find(({ value }) => value === range);
  const known = states.find((value) => value === state);
  return {
    ...(span && { from: new Date(now.getTime() - span.ms).toISOString() }),
    ...(known && { state: known }),
    ...(vendor !== undefined && { vendor }),
    ...(model !== undefined && { model }),
    ...(appId !== undefined && { appId }),
  };
};
