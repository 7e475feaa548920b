import { TriangleAlert } from "lucide-react";
import type { CallDetails } from "../_data/answers.ts";
import { useNames } from "../_data/use-names.ts";
import { exactMoney, formatMoney } from "../_ui/format-money.ts";
import { FullTime } from "../_ui/time.tsx";
import { doubtWords, resolutionWords } from "./doubt-words.ts";
import { ResolveOperation } from "./resolve-operation.tsx";

interface CallDoubtProps {
  readonly call: CallDetails;
  readonly onResolved: () => void;
}

const Held = ({ call: { heldNanos, settlesAt } }: Pick<CallDoubtProps, "call">) => (
  <p>
    <span title={exactMoney(heldNanos)} className="font-medium tabular-nums">
      {formatMoney(heldNanos)}
    </span>{" "}
    stays set aside{" "}
    {settlesAt === null ? (
      "until the outcome is known."
    ) : (
      <>
        until <FullTime at={settlesAt} />; if the outcome is still unknown then, this amount is booked.
      </>
    )}
  </p>
);

const Ended = ({ resolution }: { readonly resolution: NonNullable<CallDetails["resolution"]> }) => {
  const names = useNames();
  return (
    <>
      <p>
        {resolutionWords[resolution.by]}
        {resolution.actor !== null && (
          <>
            {" "}
            (<bdi title={resolution.actor}>{names.actor(resolution.actor)}</bdi>)
          </>
        )}
        {resolution.at !== null && (
          <>
            , <FullTime at={resolution.at} />
          </>
        )}
        .
      </p>
      {resolution.reason !== null && <p className="break-words">“{resolution.reason}”</p>}
      {resolution.evidence !== null && (
        <p className="font-mono text-xs break-all">SHA-256 of the bill: {resolution.evidence}</p>
      )}
    </>
  );
};

/** Why the cost of a call is unknown, how much is held for it and until when, and how it was resolved. */
export const CallDoubt = ({ call, onResolved }: CallDoubtProps) => {
  const { state, doubt, resolution, resolvable } = call;
  const isOpen = state === "uncertain";
  if (!isOpen && doubt === null && resolution === null && !resolvable) return null;
  return (
    <section
      aria-label={isOpen ? "In doubt" : "How it ended"}
      className={`mt-4 space-y-2 rounded-xl px-5 py-4 text-sm ${isOpen ? "bg-warn-soft text-warn" : "bg-raised"}`}
    >
      {(isOpen || doubt !== null) && (
        <h3 className="flex items-center gap-2 text-base font-semibold">
          {isOpen && <TriangleAlert className="size-5 shrink-0" />}
          {isOpen ? "In doubt" : "Was in doubt"}
        </h3>
      )}
      {doubt !== null && <p>{doubtWords[doubt]}</p>}
      {isOpen && <Held call={call} />}
      {resolution !== null && <Ended resolution={resolution} />}
      {resolvable && <ResolveOperation call={call} onResolved={onResolved} />}
    </section>
  );
};
