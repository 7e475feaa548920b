"use client";

import { outranks } from "@topolo/auth-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useQueryState } from "nuqs";
import { useCallback } from "react";
import { useAnswer } from "../../_data/use-answer.ts";
import type { ListedPrice } from "../../_data/answers.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";
import { PageTitle } from "../page-title.tsx";
import { TextFilter } from "../text-filter.tsx";
import { anyText } from "../use-choice.ts";
import { useOpenDetails } from "../use-open-details.ts";
import { priceWords, sourceWords, unitWords } from "./price-words.ts";

const ModelPrices = whenOpened(() => import("./parts-of-prices.ts").then((module) => module.ModelPrices));
const PriceChanges = whenOpened(() => import("./parts-of-prices.ts").then((module) => module.PriceChanges));
const UnpricedCard = whenOpened(() => import("./parts-of-prices.ts").then((module) => module.UnpricedCard));

const pageSize = 25;
const everyMs = 60_000;
const shownClasses = ["input", "output", "message", "payment", "image", "second"];
const page = anyText.withOptions({ history: "push" });

interface Model {
  readonly name: string;
  readonly prices: readonly ListedPrice[];
}

const byModel = (prices: readonly ListedPrice[]): readonly Model[] =>
  [...Map.groupBy(prices, ({ vendor, model }) => `${vendor}/${model}`)].map(([name, rows]) => ({ name, prices: rows }));

/** What says most of a model's prices: its base rates. */
const mainPrices = (prices: readonly ListedPrice[]): readonly ListedPrice[] => {
  const base = prices.filter(({ aboveInputTokens, billedAs }) => aboveInputTokens === 0 && billedAs === null);
  const main = base.filter(({ unitClass }) => shownClasses.includes(unitClass));
  return (main.length === 0 ? base : main).slice(0, 2);
};

const ModelRow = ({ model, onOpen }: { readonly model: Model; readonly onOpen: () => void }) => {
  const main = mainPrices(model.prices);
  const more = model.prices.length - main.length;
  const sources = [...new Set(model.prices.map(({ source }) => source))];
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-5 py-2.5">
      <button
        type="button"
        onClick={onOpen}
        className="min-w-0 grow basis-64 rounded text-left font-medium wrap-anywhere hover:underline"
      >
        <bdi>{model.name}</bdi>
      </button>
      <span className="text-sm tabular-nums text-muted">
        {main.map((price) => `${unitWords(price.unitClass)} ${priceWords(price)}`).join(" · ")}
        {more > 0 && ` · ${more} more`}
      </span>
      <span className="flex gap-1">
        {sources.map((source) => (
          <Badge key={source} tone={sourceWords[source].tone} title={sourceWords[source].title}>
            {sourceWords[source].label}
          </Badge>
        ))}
      </span>
    </li>
  );
};

const Book = ({ mayManage }: { readonly mayManage: boolean }) => {
  const details = useOpenDetails("model");
  const [search, setSearch] = useQueryState("search", anyText);
  const [after, setAfter] = useQueryState("after", page);
  const find = useCallback(
    (text: string) => {
      void setAfter(null);
      void setSearch(text === "" ? null : text);
    },
    [setAfter, setSearch],
  );
  const { data, failure, retry } = useAnswer(
    useNexus().usage.prices.list.queryOptions(
      {
        limit: pageSize,
        ...(search === null ? {} : { search: search.slice(0, 100) }),
        ...(after === null ? {} : { after }),
      },
      { refetchInterval: everyMs },
    ),
  );
  const ownName = search !== null && /^[^\s/]+\/\S+$/.test(search) ? search : undefined;
  const models = byModel(data?.prices ?? []);
  return (
    <>
      <Card title="Models" flush>
        <div className="max-w-sm px-5 pb-4">
          <TextFilter label="Search" placeholder="vendor or model" value={search ?? ""} onChange={find} />
        </div>
        {failure && <FailureNotice title="The prices could not be loaded" failure={failure} onRetry={retry} />}
        {data && models.length === 0 && (
          <div className="border-t border-line px-5 py-10 text-center text-pretty text-muted">
            <p>
              {search === null
                ? "There is no price."
                : "No model has these words in its name. One of your own servers is found by vendor/model, such as vllm/llama-3."}
            </p>
            {ownName !== undefined && (
              <Button className="mt-4" onClick={() => details.open(ownName)}>
                Look at {ownName}
              </Button>
            )}
          </div>
        )}
        {models.length > 0 && (
          <ul aria-label="Models and prices">
            {models.map((model) => (
              <ModelRow key={model.name} model={model} onOpen={() => details.open(model.name)} />
            ))}
          </ul>
        )}
        {!data && !failure && <SkeletonRows rows={8} label="Loading the prices" />}
        {(after !== null || (data && data.next !== null)) && (
          <div className="flex justify-end gap-2 border-t border-line px-5 py-3">
            {after !== null && <Button onClick={() => void setAfter(null)}>First page</Button>}
            {data && data.next !== null && <Button onClick={() => void setAfter(data.next)}>Next page</Button>}
          </div>
        )}
      </Card>
      {details.id !== undefined && <ModelPrices name={details.id} mayManage={mayManage} onClose={details.close} />}
    </>
  );
};

/** What models cost, what was set on top of the vendors' lists, and what has no price. */
export const PriceBookPage = () => {
  const { session } = useSession();
  const mayManage = session !== undefined && outranks(session.role, "member");
  return (
    <>
      <PageTitle title="Prices" />
      <div key={session?.organization?.id} className="space-y-6">
        {mayManage && <UnpricedCard />}
        <Book mayManage={mayManage} />
        <PriceChanges />
      </div>
    </>
  );
};
