"use client";

import type { NexusOutputs } from "@topolo/nexus-client";
import { useState } from "react";
import { Button } from "../../_ui/button.tsx";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CopiedAs } from "./copied-as.tsx";
import { HeldBefore } from "./held-before.tsx";
import { CostAfter, WhatFailed } from "./outcome.tsx";
import { ForModel, Trial } from "./trial-form.tsx";
import { useTrial } from "./use-trial.ts";

const mostValues = 2_048;
const shownNumbers = 6;

const textsOf = (lines: string): string[] =>
  lines
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** How alike two vectors are, from -1 to 1. */
const cosine = (a: readonly number[], b: readonly number[]): number => {
  const dot = (x: readonly number[], y: readonly number[]): number =>
    x.reduce((sum, at, i) => sum + at * (y[i] ?? 0), 0);
  const length = Math.sqrt(dot(a, a) * dot(b, b));
  return length === 0 ? 0 : dot(a, b) / length;
};

interface VectorsProps {
  readonly texts: readonly string[];
  readonly embeddings: readonly (readonly number[])[];
}

const Vectors = ({ texts, embeddings }: VectorsProps) => (
  <ul aria-label="Vectors" className="divide-y divide-line">
    {embeddings.map((vector, at) => (
      <li key={`${at} ${texts[at]}`} className="py-2">
        <p className="font-medium wrap-anywhere">
          <bdi>{texts[at]}</bdi>
        </p>
        <p className="font-mono text-xs wrap-anywhere text-muted">
          {vector.length.toLocaleString("en-US")} numbers:{" "}
          {vector
            .slice(0, shownNumbers)
            .map((number) => number.toFixed(4))
            .join(", ")}
          …
        </p>
        {at > 0 && (
          <p className="text-xs text-muted tabular-nums">
            {cosine(vector, embeddings[0] ?? []).toFixed(3)} alike to the first (cosine)
          </p>
        )}
      </li>
    ))}
  </ul>
);

/** Texts as vectors. */
export const EmbedTrial = () => {
  const [chosen, setChosen] = useState<string>();
  const [lines, setLines] = useState("sunny day at the beach\nrainy afternoon");
  const [asked, setAsked] = useState<readonly string[]>([]);
  const { busy, answer, error, run } = useTrial<NexusOutputs["ai"]["embed"]>();
  const values = textsOf(lines);
  const complete = values.length > 0 && values.length <= mostValues;
  return (
    <ForModel operation="ai.embed" chosen={chosen} onChoose={setChosen}>
      {(model) => (
        <Trial
          form={
            <form
              aria-label="Embed"
              className="space-y-4"
              onSubmit={(event) => {
                event.preventDefault();
                setAsked(values);
                void run((nexus) => nexus.ai.embed.mutate({ model, values }));
              }}
            >
              <TextAreaField
                label="Texts"
                hint={`One a line, at most ${mostValues.toLocaleString("en-US")}.`}
                value={lines}
                onChange={({ target }) => setLines(target.value)}
              />
              <HeldBefore request={complete ? { embed: { model, values } } : undefined} />
              <div className="flex justify-end">
                <Button type="submit" look="primary" disabled={!complete || busy}>
                  {busy ? "One moment…" : "Run"}
                </Button>
              </div>
            </form>
          }
          answer={
            <div aria-live="polite" className="space-y-4">
              {!answer && !error && <p className="text-muted">The vectors appear here.</p>}
              {answer && <Vectors texts={asked} embeddings={answer.embeddings} />}
              {answer && <CostAfter facts={answer.nexus} usage={answer.usage} />}
              {error && <WhatFailed error={error} />}
            </div>
          }
          copied={<CopiedAs operation="ai.embed" input={{ model, values }} />}
        />
      )}
    </ForModel>
  );
};
