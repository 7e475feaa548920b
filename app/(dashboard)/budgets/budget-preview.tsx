"use client";

import { keepPreviousData, skipToken } from "@tanstack/react-query";
import type { NexusInputs, NexusOutputs } from "@topolo/nexus-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useAnswer } from "../../_data/use-answer.ts";
import { useSettled } from "../../_data/use-settled.ts";
import { formatMoney } from "../../_ui/format-money.ts";
import { periodWords, writePercents } from "./budget-words.ts";
import { ShortDay } from "./short-day.tsx";

type Written = NexusInputs["usage"]["budgets"]["set"];
type Preview = NexusOutputs["usage"]["budgets"]["preview"];

const settleMs = 300;

interface BudgetPreviewProps {
  /** Undefined: it is not whole yet. */
  readonly written: Written | undefined;
  /** Whose it is; undefined: the organization's. */
  readonly subject: string | undefined;
}

const Past = ({ past, hard }: { readonly past: NonNullable<Preview["past"]>; readonly hard: boolean }) => (
  <li>
    From <ShortDay at={past.from} /> to <ShortDay at={past.to} /> these calls cost {formatMoney(past.costNanos)}
    {past.reachedAt === null ? (
      ": within the limit."
    ) : (
      <>
        : the limit would have been reached <ShortDay at={past.reachedAt} />,{" "}
        <strong className="font-medium text-warn">
          {formatMoney(past.beyondNanos)} {hard ? "refused" : "beyond it"}
        </strong>
        .
      </>
    )}
  </li>
);

const Present = ({ present }: { readonly present: Preview["present"] }) => (
  <li>
    Since <ShortDay at={present.from} /> they have cost {formatMoney(present.spentNanos)}, lately{" "}
    {formatMoney(present.nanosPerDay)} a day:{" "}
    {present.runsOutAt === null ? (
      "it lasts."
    ) : (
      <>
        at that rate it runs out{" "}
        <strong className="font-medium text-warn">
          <ShortDay at={present.runsOutAt} />
        </strong>
        .
      </>
    )}
  </li>
);

const meaning = (written: Written, subject: string | undefined): string => {
  const { scope, limitNanos, period, window = "calendar", hard = true, alertThresholds = [] } = written;
  const whose = scope === "organization" ? "all calls of the organization" : `calls of ${subject ?? "whom you choose"}`;
  const amount = `${formatMoney(limitNanos)} ${periodWords({ period, window })}`;
  const alerts = alertThresholds.length === 0 ? "" : ` Alerts at ${writePercents(alertThresholds)}.`;
  if (hard && limitNanos === "0") return `Refuses ${whose} that cost money.`;
  return hard
    ? `Refuses ${whose} that do not fit into ${amount}.${alerts}`
    : `Lets ${whose} go on, and watches whether they stay within ${amount}.${alerts}`;
};

/** What a budget would mean, from what was used before. */
export const BudgetPreview = ({ written, subject }: BudgetPreviewProps) => {
  // Whoever types asks once, when the amount is whole.
  const asText = written === undefined ? "" : JSON.stringify(written);
  const isSettled = useSettled(asText, settleMs) === asText;
  const { data, failure } = useAnswer(
    useNexus().usage.budgets.preview.queryOptions(isSettled && written ? written : skipToken, {
      placeholderData: keepPreviousData,
    }),
  );
  return (
    <section aria-label="What it means" aria-live="polite" className="rounded-lg bg-raised px-4 py-3 text-sm">
      {written === undefined ? (
        <p className="text-muted">Enter an amount, and whose calls it counts: what it would mean is shown here.</p>
      ) : (
        <>
          <p className="font-medium wrap-anywhere">{meaning(written, subject)}</p>
          {failure && <p className="mt-1 text-muted">What it would have meant is not known: {failure.message}</p>}
          {data && (
            <ul className="mt-1.5 list-disc space-y-1 pl-4 text-muted">
              {data.past && <Past past={data.past} hard={written.hard ?? true} />}
              <Present present={data.present} />
            </ul>
          )}
        </>
      )}
    </section>
  );
};
