"use client";

import { keepPreviousData } from "@tanstack/react-query";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { CustomerStatementAnswer } from "../../_data/answers.ts";
import { recentMonths } from "../../_data/recent-months.ts";
import { saveFile } from "../../_data/save-file.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { useSubmit } from "../../_forms/use-submit.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { Button } from "../../_ui/button.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { wordOfEntry } from "./entry-words.ts";

const shownMonths = 12;
const everyMs = 60_000;

const cell = "py-2 pr-4 last:pr-0";

interface LineProps {
  readonly name: string;
  readonly detail?: string;
  readonly entries?: number;
  readonly nanos: string;
  readonly look?: string;
}

const Line = ({ name, detail, entries, nanos, look = "" }: LineProps) => (
  <tr className={`border-t border-line align-baseline ${look}`}>
    <th scope="row" className={`${cell} text-left font-[inherit]`}>
      {name}
      {detail !== undefined && <bdi className="block text-sm font-normal wrap-anywhere text-muted">{detail}</bdi>}
    </th>
    <td className={`${cell} text-right text-muted tabular-nums`}>{entries?.toLocaleString("en-US")}</td>
    <td className={`${cell} text-right whitespace-nowrap tabular-nums`} title={exactMoney(nanos)}>
      {formatMoney(nanos)}
    </td>
  </tr>
);

const Lines = ({
  statement: { openingNanos, closingNanos, lines },
}: {
  readonly statement: CustomerStatementAnswer;
}) => (
  <table className="mt-4 w-full">
    <caption className="sr-only">Statement of the month, by kind, operation and model</caption>
    <thead>
      <tr className="text-left text-sm text-muted">
        <th scope="col" className={`${cell} font-medium`}>
          What
        </th>
        <th scope="col" className={`${cell} text-right font-medium`}>
          Entries
        </th>
        <th scope="col" className={`${cell} text-right font-medium`}>
          Amount
        </th>
      </tr>
    </thead>
    <tbody>
      <Line name="At the beginning" nanos={openingNanos} />
      {lines.map(({ kind, operation, model, entries, amountNanos }) => {
        const detail = [operation, model].filter((word) => word !== null).join(" · ");
        return (
          <Line
            key={`${kind} ${detail}`}
            name={wordOfEntry(kind)}
            {...(detail !== "" && { detail })}
            entries={entries}
            nanos={amountNanos}
          />
        );
      })}
      <Line name="At the end" nanos={closingNanos} look="font-semibold" />
    </tbody>
  </table>
);

interface CustomerStatementProps {
  readonly appId: string;
  readonly customerId: string;
}

/** What moved a customer's wallet in a month, to be read, and as a table or as data to be kept. */
export const CustomerStatement = ({ appId, customerId }: CustomerStatementProps) => {
  const ask = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [months] = useState(() => recentMonths(new Date().toISOString(), shownMonths));
  const [month, setMonth] = useState(months[0]?.value ?? "");
  const of = { appId, customerId, month };
  const { data, failure, retry } = useAnswer(
    useNexus().customers.statement.queryOptions(of, { refetchInterval: everyMs, placeholderData: keepPreviousData }),
  );
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
      {failure && <FailureNotice title="The statement could not be loaded" failure={failure} onRetry={retry} />}
      {data && <Lines statement={data} />}
      {!data && !failure && <SkeletonRows rows={3} label="Loading the statement" />}
    </>
  );
};
