import type { Fit } from "../../_wire/fit.ts";
import type { Effort } from "../../_wire/thinking-asked.ts";
import { fitEfforts, type OfferedEfforts } from "../_openai-chat/fit-efforts.ts";
import { leaveOut } from "../_openai-chat/leave-out.ts";

const three: readonly [Effort, ...Effort[]] = ["low", "medium", "high"];

/** https://learn.microsoft.com/azure/ai-foundry/openai/how-to/reasoning, where each model has the efforts that it takes. */
const effortsOf = (model: string): OfferedEfforts | undefined => {
  if (/^o[134](-|$)/.test(model)) return { levels: three, off: false };
  if (/-chat(-|$)/.test(model)) return undefined;
  if (/^gpt-5(-(mini|nano))?(-20|$)/.test(model)) return { levels: ["minimal", ...three], off: false };
  if (/^gpt-5\.1(-|$)/.test(model)) return { levels: three, off: true };
  return /^gpt-(5\.\d|[6-9])/.test(model) ? { levels: [...three, "xhigh"], off: true } : undefined;
};

const sampling = ["temperature", "topP", "presencePenalty", "frequencyPenalty"] as const;

/** What the models of a resource take of a typed request. */
export const fitAzure = (fit: Fit): Fit =>
  leaveOut(sampling, (model) => effortsOf(model) !== undefined)(fitEfforts(effortsOf)(fit));
