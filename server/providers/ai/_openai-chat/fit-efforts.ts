import { effortOf, offeredEffort, thinkingAsked, thinkingNameOf, type Effort } from "../../_wire/thinking-asked.ts";
import type { Fit } from "../../_wire/fit.ts";

/** How a model takes an effort to think with; undefined where it takes none. */
export interface OfferedEfforts {
  readonly levels: readonly [Effort, ...Effort[]];
  /** It can be told not to think. */
  readonly off: boolean;
}

/** Asks a model for no effort but one that it documents, and says where that is another than the one asked for. */
export const fitEfforts =
  (offered: (model: string) => OfferedEfforts | undefined) =>
  (fit: Fit): Fit =>
  (input, io) => {
    const asked = thinkingAsked(input);
    if (asked.by === "nothing") return fit(input, io);
    const { reasoning: _effort, reasoningBudget: _budget, ...rest } = input;
    const efforts = offered(io.model);
    const changed = (details: string, reasoning?: Effort | "none") => {
      const fitted = fit(reasoning === undefined ? rest : { ...rest, reasoning }, io);
      return {
        ...fitted,
        warnings: [...fitted.warnings, { type: "compatibility" as const, setting: "reasoning", details }],
      };
    };
    if (efforts === undefined) return changed("left out: this model takes no effort to think with");
    if (asked.by === "off")
      return efforts.off
        ? fit({ ...rest, reasoning: "none" }, io)
        : changed(`this model always thinks; its lowest effort is ${efforts.levels[0]}`, efforts.levels[0]);
    const effort = offeredEffort(effortOf(asked, io.maxOutputTokens), efforts.levels);
    return asked.by === "effort" && asked.effort === effort
      ? fit({ ...rest, reasoning: effort }, io)
      : changed(`${thinkingNameOf(asked)} became the effort ${effort}`, effort);
  };
