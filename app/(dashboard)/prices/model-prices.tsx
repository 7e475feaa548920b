"use client";

import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { PriceVersion } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { useNames } from "../../_data/use-names.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { Drawer } from "../../_ui/drawer.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { FullTime } from "../../_ui/time.tsx";
import { Part } from "../facts.tsx";
import { PriceSteps } from "./price-steps.tsx";
import { priceWords, sourceWords, unitWords } from "./price-words.ts";
import { SetPriceDialog } from "./set-price-dialog.tsx";

interface ModelPricesProps {
  /** The vendor's id, a slash, and the model's. */
  readonly name: string;
  readonly mayManage: boolean;
  readonly onClose: () => void;
}

const Span = ({ version: { from, until } }: { readonly version: PriceVersion }) => (
  <>
    {from === null ? "From the beginning" : <FullTime at={from} />}
    {until !== null && (
      <>
        {" until "}
        <FullTime at={until} />
      </>
    )}
  </>
);

const PriceTable = ({ version, caption }: { readonly version: PriceVersion; readonly caption: string }) => {
  const names = useNames();
  return (
    <div className="overflow-x-auto">
      <table className="w-full text-left text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead className="text-muted">
          <tr>
            <th scope="col" className="py-1.5 pr-3 font-medium">
              Unit
            </th>
            <th scope="col" className="px-3 py-1.5 text-right font-medium">
              Price
            </th>
            <th scope="col" className="py-1.5 pl-3 font-medium">
              Source
            </th>
          </tr>
        </thead>
        <tbody>
          {version.prices.map((price) => (
            <tr key={price.id} className="border-t border-line">
              <th scope="row" className="py-1.5 pr-3 font-normal">
                {unitWords(price.unitClass)}
                {price.aboveInputTokens > 0 && (
                  <span className="block text-xs text-muted">
                    above {price.aboveInputTokens.toLocaleString("en-US")} input tokens
                  </span>
                )}
                {price.billedAs !== null && (
                  <span className="block text-xs text-muted">as {unitWords(price.billedAs)}</span>
                )}
              </th>
              <td className="px-3 py-1.5 text-right whitespace-nowrap tabular-nums">{priceWords(price)}</td>
              <td className="py-1.5 pl-3">
                <Badge tone={sourceWords[price.source].tone} title={sourceWords[price.source].title}>
                  {sourceWords[price.source].label}
                </Badge>
                <span className="block text-xs wrap-anywhere text-muted">
                  {price.release ?? (price.effectiveFrom !== null && <FullTime at={price.effectiveFrom} />)}
                  {price.authorId !== null && (
                    <>
                      , <bdi>{names.actor(price.authorId)}</bdi>
                    </>
                  )}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
};

/** What a model costs, has cost and will cost, and where each price comes from. */
export const ModelPrices = ({ name, mayManage, onClose }: ModelPricesProps) => {
  const slash = name.indexOf("/");
  const [vendor, model] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)];
  const [setting, setSetting] = useState(false);
  const { data, failure, retry } = useAnswer(useNexus().usage.prices.history.queryOptions({ vendor, model }));
  const present = data?.versions.find((version) => version.present);
  const others = data?.versions.filter((version) => !version.present) ?? [];
  return (
    <Drawer open onClose={onClose} title={name} description="What it costs, and what it has cost">
      {failure && <FailureNotice title="The prices could not be loaded" failure={failure} onRetry={retry} />}
      {!data && !failure && <SkeletonRows rows={5} label="Loading the prices" />}
      {data && (
        <>
          {present && present.prices.length > 0 ? (
            <PriceTable version={present} caption="Prices in force" />
          ) : (
            <p className="text-muted">It has no price now: calls that would need one are refused.</p>
          )}
          {mayManage && (
            <div className="mt-4">
              <Button onClick={() => setSetting(true)}>Set prices</Button>
            </div>
          )}
          <Part title="History">
            <PriceSteps versions={data.versions} />
            {others.length === 0 ? (
              <p className="text-muted">Its prices have not changed.</p>
            ) : (
              <ol aria-label="Versions">
                {others.map((version) => (
                  <li key={version.from ?? ""} className="border-t border-line py-2">
                    <details>
                      <summary className="cursor-pointer text-sm">
                        <Span version={version} />
                      </summary>
                      <PriceTable version={version} caption="Prices of that time" />
                    </details>
                  </li>
                ))}
              </ol>
            )}
          </Part>
        </>
      )}
      {setting && (
        <SetPriceDialog
          vendor={vendor}
          model={data?.model ?? model}
          present={present?.prices ?? []}
          onClose={() => setSetting(false)}
        />
      )}
    </Drawer>
  );
};
