"use client";

import { useState } from "react";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CallTrial } from "./call-trial.tsx";
import { saidLinesOf } from "./said-lines-of.ts";
import { ForModel } from "./trial-form.tsx";

const mostValues = 2_048;
const shownNumbers = 6;

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
  const values = saidLinesOf(lines);
  const complete = values.length > 0 && values.length <= mostValues;
  return (
    <ForModel operation="ai.embed" chosen={chosen} onChoose={setChosen}>
      {(model) => (
        <CallTrial
          label="Embed"
          fields={
            <TextAreaField
              label="Texts"
              hint={`One a line, at most ${mostValues.toLocaleString("en-US")}.`}
              value={lines}
              onChange={({ target }) => setLines(target.value)}
            />
          }
          request={complete ? { embed: { model, values } } : undefined}
          ask={async (nexus) => ({ ...(await nexus.ai.embed.mutate({ model, values })), texts: values })}
          before="The vectors appear here."
          renderAnswer={(answer) => <Vectors {...answer} />}
          operation="ai.embed"
          input={{ model, values }}
        />
      )}
    </ForModel>
  );
};
