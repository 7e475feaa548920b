"use client";

import { useState } from "react";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { useSubmit } from "../../_forms/use-submit.ts";
import { RefusalNotice } from "../../_forms/notice.tsx";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";

const shownMonths = 12;
const monthName = new Intl.DateTimeFormat("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });

/** The last months, the present one first. */
const monthsUntil = (now: Date): readonly { readonly value: string; readonly label: string }[] =>
  Array.from({ length: shownMonths }, (_, back) => {
    const month = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - back, 1));
    return { value: month.toISOString().slice(0, 7), label: monthName.format(month) };
  });

/** Hands a text to the browser as a file. */
const download = (fileName: string, type: string, text: string): void => {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName;
  link.click();
  URL.revokeObjectURL(url);
};

interface StatementDownloadProps {
  readonly appId: string;
  readonly customerId: string;
}

/** A statement of a month, as a table or as data. */
export const StatementDownload = ({ appId, customerId }: StatementDownloadProps) => {
  const ask = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [months] = useState(() => monthsUntil(new Date()));
  const [month, setMonth] = useState(months[0]?.value ?? "");
  const of = { appId, customerId, month };
  const csv = (): void =>
    run(async () => {
      const { fileName, csv: text } = await ask((nexus) => nexus.customers.statementCsv.query(of));
      download(fileName, "text/csv;charset=utf-8", text);
    });
  const json = (): void =>
    run(async () => {
      const statement = await ask((nexus) => nexus.customers.statement.query(of));
      download(`statement-${month}.json`, "application/json", JSON.stringify(statement, null, 2));
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
