"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import Link from "next/link";
import { useState } from "react";
import type { ListedUnpriced } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { unitWords } from "./price-words.ts";
import { SetPriceDialog } from "./set-price-dialog.tsx";

const everyMs = 60_000;

/** What calls used that had no price, with the way to price it; nothing where everything had one. */
export const UnpricedCard = () => {
  const [pricing, setPricing] = useState<ListedUnpriced>();
  const { data } = useAnswer(useNexus().usage.prices.unpriced.queryOptions({}, { refetchInterval: everyMs }));
  if (!data || data.unpriced.length === 0) return null;
  return (
    <Card title="Used without a price, in the last 7 days" flush>
      <ul aria-label="Used without a price">
        {data.unpriced.map((one) => {
          const { vendor, model, unitClass, calls, lastOperationId, pricedNow } = one;
          return (
            <li
              key={`${vendor}/${model} ${unitClass}`}
              className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-5 py-3"
            >
              <div className="min-w-0 grow basis-64">
                <p className="font-medium wrap-anywhere">
                  <bdi>
                    {vendor}/{model}
                  </bdi>
                  : {unitWords(unitClass)}
                </p>
                <p className="text-sm text-muted">
                  {calls.toLocaleString("en-US")} {calls === 1 ? "call was" : "calls were"} booked at what was set aside
                  ·{" "}
                  <Link href={`/calls?call=${lastOperationId}`} className="text-accent hover:underline">
                    the latest
                  </Link>
                </p>
              </div>
              {pricedNow ? (
                <Badge tone="good" title="Later calls cost what they cost">
                  has a price now
                </Badge>
              ) : (
                <Button onClick={() => setPricing(one)}>Price it</Button>
              )}
            </li>
          );
        })}
      </ul>
      {pricing && (
        <SetPriceDialog
          vendor={pricing.vendor}
          model={pricing.model}
          present={[]}
          also={[pricing.unitClass]}
          onClose={() => setPricing(undefined)}
        />
      )}
    </Card>
  );
};
