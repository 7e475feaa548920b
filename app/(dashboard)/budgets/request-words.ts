import type { ListedBudgetRequest } from "../../_data/answers.ts";
import type { Tone } from "../../_ui/badge.tsx";

/** How a request for more stands. */
export const requestStates: Readonly<
  Record<ListedBudgetRequest["state"], { readonly label: string; readonly tone: Tone; readonly title: string }>
> = {
  open: { label: "to be decided", tone: "warn", title: "An administrator is to decide" },
  granted: { label: "granted", tone: "good", title: "A higher limit holds until the date" },
  declined: { label: "declined", tone: "bad", title: "The limit stays as it was" },
};
