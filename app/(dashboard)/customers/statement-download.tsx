"use client";

import { useState } from "react";
import { recentMonths } from "../../_data/recent-months.ts";
import { saveFile } from "../../_data/save-file.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { useSubmit } from "../../_forms/use-submit.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";

const shownMonths = 12;

interface StatementDownloadProps {
  readonly appId: string;
  readonly customerId: string;
}

/** A statement of a month, as a table or as data. */
export const StatementDownload = ({ appId, customerId }: StatementDownloadProps) => {
  const ask = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [months] = useState(() => recentMonths(new Date().toISOString(), shownMonths));
  const [month, setMonth] = useState(months[0]?.value ?? "");
  const of = { appId, customerId, month };
  const csv = (): void =>
    run(async () => {
      const { fileName, csv: text } = await ask((nexus) => nexus.customers.statementCsv.query(of));
      saveFile(fileName, new Blob([text], { type: "text/csv;charset=utf-8" }));
    });
  const json = (): void =>
    run(async () => {
      const statement = await ask((nexus) => nexus.customers.statement.query(of));
      const text = JSON.stringify(statement, null, 2);
      saveFile(`statement-${month}.json`, new Blob([text], { type: "application/json" }));
    });
  return (
    <>
      <RefusalNotice refusal={refusal} />
      <div className="flex flex-wrap items-end gap-2">
        <SelectField label="Month" value={month} onChange={({ target }) => setMonth(target.value)} className="grow">
          {months.map(({ value, label }) => (
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
    </>
  );
};
