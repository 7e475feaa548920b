"use client";

import { AuthRefusal } from "../../_auth-api/auth-refusal.ts";
import { saveFile } from "../../_data/save-file.ts";
import { RefusalNotice } from "../../_forms/notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import type { UsageQuestion } from "./usage-question.ts";

/** How the file is written, and what people call that. */
const formats = [
  { format: "csv", label: "CSV" },
  { format: "ndjson", label: "JSON, a line each" },
  { format: "json", label: "JSON" },
] as const;

const ofSeries: ReadonlySet<string> = new Set(["interval", "groupBy", "orderBy", "limit", "compare"]);

const addressOf = (question: UsageQuestion, format: string): string => {
  const query = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(question))
    if (!ofSeries.has(name) && typeof value === "string") query.set(name, value);
  return `/api/usage/export?${query}`;
};

/** Every call of the period that the filters leave, as a file. */
export const ExportUsage = ({ question }: { readonly question: UsageQuestion }) => {
  const { auth } = useSession();
  const { busy, refusal, run } = useSubmit();
  const save = (format: string): void =>
    run(async () => {
      const token = await auth.accessToken();
      const answer = await fetch(addressOf(question, format), {
        headers: { Authorization: `Bearer ${token ?? ""}` },
        cache: "no-store",
      }).catch(() => undefined);
      if (answer?.ok !== true)
        throw new AuthRefusal(answer?.status === 401 ? "unauthenticated" : "unavailable", refused);
      saveFile(`usage-${question.from.slice(0, 10)}-${question.to.slice(0, 10)}.${format}`, await answer.blob());
    });
  return (
    <Card title="Export">
      <p className="mb-4 text-sm text-pretty text-muted">
        Every call of this period that the filters leave, oldest first, with its cost, held amount, credential and
        request ids. Programs read the same from{" "}
        <code className="font-mono text-ink wrap-anywhere">GET /api/usage/export</code>.
      </p>
      <RefusalNotice refusal={refusal} />
      <div className="mt-2 flex flex-wrap gap-2">
        {formats.map(({ format, label }) => (
          <Button key={format} disabled={busy} onClick={() => save(format)}>
            {label}
          </Button>
        ))}
        {busy && <output className="self-center text-sm text-muted">Writing the file…</output>}
      </div>
    </Card>
  );
};

const refused = { words: "The file could not be written. Choose a shorter period, or try again." };
