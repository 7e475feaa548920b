import type { Fit } from "../../_wire/fit.ts";
import { fitEfforts, type OfferedEfforts } from "../_openai-chat/fit-efforts.ts";
import { leaveOut } from "../_openai-chat/leave-out.ts";
import { thinksAlways } from "./thinks-always.ts";

/** https://docs.x.ai/developers/model-capabilities/text/reasoning, where each model has the efforts that it takes. */
const effortsOf = (model: string): OfferedEfforts | undefined => {
  if (model.startsWith("grok-3-mini")) return { levels: ["low", "high"], off: false };
  if (model.startsWith("grok-4.3")) return { levels: ["low", "medium", "high"], off: true };
  if (/^grok-(4\.5|latest)/.test(model)) return { levels: ["low", "medium", "high"], off: false };
  return /^grok-(4\.[6-9]|[5-9])/.test(model) ? { levels: ["low", "medium", "high", "xhigh"], off: false } : undefined;
};

/** …/text/reasoning: penalties and stop sequences are refused by models that think. */
const refused = ["presencePenalty", "frequencyPenalty", "stopSequences"] as const;

/** What Grok takes of a typed request. */
export const fitXai = (fit: Fit): Fit => leaveOut(refused, thinksAlways)(fitEfforts(effortsOf)(fit));
