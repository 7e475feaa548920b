"use client";

import { exportFormats, useSaveExport } from "../../_data/use-save-export.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import type { UsageQuestion } from "./usage-question.ts";

const ofSeries: ReadonlySet<string> = new Set(["interval", "groupBy", "orderBy", "limit", "compare"]);

const addressOf = (question: UsageQuestion, format: string): string => {
  const query = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(question))
    if (!ofSeries.has(name) && typeof value === "string") query.set(name, value);
  return `/api/usage/export?${query}`;
};

/** Every call of the period that the filters leave, as a file. */
export const ExportUsage = ({ question }: { readonly question: UsageQuestion }) => {
  const { busy, refusal, save } = useSaveExport();
  return (
    <Card title="Export">
      <p className="mb-4 text-sm text-pretty text-muted">
        Every call of this period that the filters leave, oldest first, with its cost, held amount, credential and
        request ids. Programs read the same from{" "}
        <code className="font-mono text-ink wrap-anywhere">GET /api/usage/export</code>.
      </p>
      <RefusalNotice refusal={refusal} />
      <div className="mt-2 flex flex-wrap gap-2">
        {exportFormats.map(({ format, label }) => (
          <Button
            key={format}
            disabled={busy}
            onClick={() =>
              save(
                addressOf(question, format),
                `usage-${question.from.slice(0, 10)}-${question.to.slice(0, 10)}.${format}`,
              )
            }
          >
            {label}
          </Button>
        ))}
        {busy && <output className="self-center text-sm text-muted">Writing the file…</output>}
      </div>
    </Card>
  );
};
