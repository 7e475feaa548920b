"use client";

import { useState } from "react";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useAnswer } from "../../_data/use-answer.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { dayIn } from "../../_data/zoned-days.ts";
import { recentMonths } from "../../_data/recent-months.ts";
import { saveFile } from "../../_data/save-file.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { SelectField } from "../../_ui/field.tsx";

const months = 12;
const mostApps = 100;

interface AppStatementsProps {
  readonly zone: string;
  /** The app that the page is filtered by. */
  readonly app: string | undefined;
}

/** What an app used in a month, line by line, to charge it on. */
export const AppStatements = ({ zone, app }: AppStatementsProps) => {
  const ask = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const { data } = useAnswer(useNexus().usage.values.queryOptions({ of: "app", days: 400, limit: mostApps }));
  const [shownMonths] = useState(() => recentMonths(dayIn(zone, new Date()), months));
  const [month, setMonth] = useState(shownMonths[0]?.value ?? "");
  const [chosen, setChosen] = useState<string>();
  const of = chosen ?? app ?? "";
  const question = { month, timeZone: zone, ...(of !== "" && { app: of }) };
  const csv = (): void =>
    run(async () => {
      const { fileName, csv: text } = await ask((nexus) => nexus.usage.statementCsv.query(question));
      saveFile(fileName, new Blob([text], { type: "text/csv;charset=utf-8" }));
    });
  const json = (): void =>
    run(async () => {
      const statement = await ask((nexus) => nexus.usage.statement.query(question));
      const text = JSON.stringify(statement, null, 2);
      saveFile(`usage-${of === "" ? "all-apps" : of}-${month}.json`, new Blob([text], { type: "application/json" }));
    });
  const apps = new Map(data?.values.flatMap(({ value, name }) => (value === null ? [] : [[value, name ?? value]])));
  if (of !== "" && !apps.has(of)) apps.set(of, of);
  return (
    <Card title="Statement of an app">
      <p className="mb-4 text-sm text-pretty text-muted">
        What an app used in a month, by operation and model. Its sum is the ledger&apos;s.
      </p>
      <RefusalNotice refusal={refusal} />
      <div className="flex flex-wrap items-end gap-2">
        <SelectField label="App" value={of} onChange={({ target }) => setChosen(target.value)} className="min-w-0 grow">
          <option value="">All apps</option>
          {[...apps].map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        <SelectField label="Month" value={month} onChange={({ target }) => setMonth(target.value)} className="grow">
          {shownMonths.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <Button onClick={csv} disabled={busy} className="min-h-10">
          CSV
        </Button>
        <Button onClick={json} disabled={busy} className="min-h-10">
          JSON
        </Button>
      </div>
    </Card>
  );
};
