"use client";

import { useState } from "react";
import { FormField } from "../../_forms/form-field.tsx";
import { Meter } from "../../_ui/meter.tsx";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CallTrial } from "./call-trial.tsx";
import { saidLinesOf } from "./said-lines-of.ts";
import { ForModel } from "./trial-form.tsx";

const mostDocuments = 10_000;

interface RankedProps {
  readonly documents: readonly string[];
  readonly ranking: readonly { readonly index: number; readonly relevanceScore: number }[];
}

const Ranked = ({ documents, ranking }: RankedProps) => (
  <ol aria-label="Ranking" className="divide-y divide-line">
    {ranking.map(({ index, relevanceScore }) => (
      <li key={index} className="py-2">
        <p className="mb-1 flex justify-between gap-2">
          <bdi className="min-w-0 wrap-anywhere">{documents[index]}</bdi>
          <span className="tabular-nums">{relevanceScore.toFixed(3)}</span>
        </p>
        <Meter
          label={`Relevance of document ${index + 1}`}
          percent={Math.min(Math.max(relevanceScore, 0), 1) * 100}
          tone="accent"
        />
      </li>
    ))}
  </ol>
);

/** Documents in the order in which they answer a query. */
export const RerankTrial = () => {
  const [chosen, setChosen] = useState<string>();
  const [query, setQuery] = useState("On which river lies Vienna?");
  const [lines, setLines] = useState(
    "The Rhine flows through Cologne.\nVienna lies on the river Danube.\nOwls hunt at night.",
  );
  const documents = saidLinesOf(lines);
  const complete = query.trim() !== "" && documents.length > 0 && documents.length <= mostDocuments;
  return (
    <ForModel operation="ai.rerank" chosen={chosen} onChoose={setChosen}>
      {(model) => (
        <CallTrial
          label="Rank documents"
          fields={
            <>
              <FormField label="Query" value={query} onChange={({ target }) => setQuery(target.value)} />
              <TextAreaField
                label="Documents"
                hint={`One a line, at most ${mostDocuments.toLocaleString("en-US")}.`}
                value={lines}
                onChange={({ target }) => setLines(target.value)}
              />
            </>
          }
          request={complete ? { rerank: { model, query, documents } } : undefined}
          ask={async (nexus) => ({ ...(await nexus.ai.rerank.mutate({ model, query, documents })), documents })}
          before="The documents appear here, the best first."
          renderAnswer={(answer) => <Ranked {...answer} />}
          operation="ai.rerank"
          input={{ model, query, documents }}
        />
      )}
    </ForModel>
  );
};
