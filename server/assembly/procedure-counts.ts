import type { Metrics } from "../platform/metrics.ts";
import type { ProcedureDeps } from "../transport/trpc/procedure-deps.ts";

/** Counts what is asked beside metered calls, and what became of exports. */
export const procedureCounts = ({ procedures, exports }: Metrics): Pick<ProcedureDeps, "onAsked" | "onExported"> => ({
  onAsked: (procedure, outcome) => procedures.inc({ procedure, outcome }),
  onExported: (procedure, outcome) => exports.inc({ procedure, outcome }),
});
