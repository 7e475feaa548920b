"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import type { CallDetails, CallExplanation } from "../_data/answers.ts";
import { useAnswer } from "../_data/use-answer.ts";
import { FailureNotice } from "../_ui/failure-notice.tsx";
import { exactMoney, formatMoney } from "../_ui/format-money.ts";
import { Skeleton } from "../_ui/skeleton.tsx";
import { CallTimeline } from "./call-timeline.tsx";
import { Fact, Part, ruled } from "./facts.tsx";

const reasons: Readonly<Record<CallExplanation["provenance"], string>> = {
  vendor_charge: "The vendor said what it charged.",
  vendor_usage: "The usage that the vendor reported, at the prices of the moment the money was set aside.",
  estimate: "Nobody reported the usage: Nexus counted what it saw.",
  at_hold: "The outcome or a price was unknown: the whole amount set aside is booked.",
  bill: "It is what the vendor's bill says.",
  operator: "A person entered it.",
  cache: "The answer was stored: no vendor was called.",
  nothing: "Nothing was done, so nothing is charged.",
  open: "It has not ended: the amount stays set aside.",
};

const everyMs = 5_000;
const words = (name: string): string => name.replaceAll(/([A-Z0-9]+)/g, " $1").toLowerCase();

const Money = ({ nanos }: { readonly nanos: string }) => (
  <span title={exactMoney(nanos)} className="tabular-nums">
    {formatMoney(nanos)}
  </span>
);

/** Of a price line, which is exact below a nano-dollar. */
const lineMoney = (amount: string): string => formatMoney(amount.split(".", 1)[0] ?? "0");

const Lines = ({ priceLines, pricedNanos }: Pick<CallExplanation, "priceLines" | "pricedNanos">) => (
  <div className="overflow-x-auto">
    <table className="w-full text-left text-sm">
      <caption className="sr-only">Quantities and prices</caption>
      <thead className="text-muted">
        <tr>
          <th scope="col" className="py-1.5 pr-3 font-medium">
            Unit
          </th>
          <th scope="col" className="px-3 py-1.5 text-right font-medium">
            Quantity
          </th>
          <th scope="col" className="px-3 py-1.5 text-right font-medium">
            A million
          </th>
          <th scope="col" className="py-1.5 pl-3 text-right font-medium">
            Amount
          </th>
        </tr>
      </thead>
      <tbody className="tabular-nums">
        {priceLines.map(({ unitClass, quantity, nanosPerMillion, amountNanos, priceId, reserved }) => (
          <tr key={unitClass} className="border-t border-line">
            <th scope="row" className="py-1.5 pr-3 font-normal" title={priceId ?? undefined}>
              {words(unitClass)}
              {priceId !== null && !reserved && <span className="block text-xs text-muted">price of later</span>}
            </th>
            <td className="px-3 py-1.5 text-right">{quantity.toLocaleString("en-US")}</td>
            <td className="px-3 py-1.5 text-right">
              {nanosPerMillion === null ? <span className="text-warn">no price</span> : formatMoney(nanosPerMillion)}
            </td>
            <td className="py-1.5 pl-3 text-right" title={amountNanos === null ? undefined : `${amountNanos} nano-USD`}>
              {amountNanos === null ? "–" : lineMoney(amountNanos)}
            </td>
          </tr>
        ))}
      </tbody>
      {pricedNanos !== null && (
        <tfoot>
          <tr className="border-t border-line font-medium">
            <th scope="row" colSpan={3} className="py-1.5 pr-3 font-medium">
              Together
            </th>
            <td className="py-1.5 pl-3 text-right">
              <Money nanos={pricedNanos} />
            </td>
          </tr>
        </tfoot>
      )}
    </table>
  </div>
);

interface CallExplanationProps {
  readonly call: Pick<CallDetails, "operationId" | "state" | "costNanos" | "vendor" | "model">;
}

/** How a call came to its cost, price by price, and where its time went. */
export const ExplainedCall = ({ call }: CallExplanationProps) => {
  // What has ended is explained once; a cost that is corrected is another question.
  const { data, failure, retry } = useAnswer(
    useNexus().operations.explain.queryOptions(
      { operationId: call.operationId },
      { refetchInterval: call.state === "open" || call.state === "uncertain" ? everyMs : false },
    ),
  );
  if (failure && !data)
    return <FailureNotice title="The cost could not be explained" failure={failure} onRetry={retry} />;
  if (!data)
    return (
      <output aria-label="Loading the explanation" className="mt-6 block">
        <Skeleton className="h-32" />
      </output>
    );
  return (
    <>
      <Part title="Why it cost that">
        <p className="mb-2 text-sm text-pretty text-muted">{reasons[data.provenance]}</p>
        <dl className={ruled}>
          <Fact name="Set aside">
            <Money nanos={data.heldNanos} />
          </Fact>
          <Fact name="Booked">{data.costNanos === null ? "not yet" : <Money nanos={data.costNanos} />}</Fact>
          {data.returnedNanos !== "0" && (
            <Fact name="Given back">
              <Money nanos={data.returnedNanos} />
            </Fact>
          )}
          {data.overrunNanos !== "0" && (
            <Fact name="Beyond what was set aside">
              <Money nanos={data.overrunNanos} />
            </Fact>
          )}
        </dl>
        {data.priceLines.length > 0 && <Lines priceLines={data.priceLines} pricedNanos={data.pricedNanos} />}
        {data.priceLines.length > 0 && (
          <Link
            href={`/prices?model=${encodeURIComponent(`${call.vendor}/${call.model}`)}`}
            className="mt-2 inline-block text-sm text-accent hover:underline"
          >
            Prices of the model, and what they were
          </Link>
        )}
      </Part>
      {data.timeline.length > 1 && (
        <Part title="Where the time went">
          <CallTimeline spans={data.timeline} />
        </Part>
      )}
    </>
  );
};
