"use client";

import type { NexusOutputs } from "@topolo/nexus-client";
import { useState } from "react";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { Meter } from "../../_ui/meter.tsx";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CopiedAs } from "./copied-as.tsx";
import { HeldBefore } from "./held-before.tsx";
import { CostAfter, WhatFailed } from "./outcome.tsx";
import { ForModel, Trial } from "./trial-form.tsx";
import { useTrial } from "./use-trial.ts";

const Judged = ({ flagged, categories, scores }: NexusOutputs["ai"]["moderate"]) => (
  <>
    <p>
      {flagged ? <Badge tone="bad">harmful</Badge> : <Badge tone="good">not harmful</Badge>} in the vendor&apos;s eyes
    </p>
    <ul aria-label="Categories" className="grid gap-x-6 gap-y-2 sm:grid-cols-2">
      {Object.entries(scores)
        .toSorted(([, a], [, b]) => b - a)
        .map(([category, score]) => (
          <li key={category} className="text-sm">
            <span className="mb-1 flex justify-between gap-2">
              <span className="min-w-0 truncate">{category}</span>
              <span className="tabular-nums">{score.toFixed(3)}</span>
            </span>
            <Meter label={category} percent={score * 100} tone={categories[category] === true ? "bad" : "accent"} />
          </li>
        ))}
    </ul>
  </>
);

/** Whether a text is harmful. */
export const ModerateTrial = () => {
  const [chosen, setChosen] = useState<string>();
  const [content, setContent] = useState("I like rivers.");
  const { busy, answer, error, run } = useTrial<NexusOutputs["ai"]["moderate"]>();
  const complete = content.trim() !== "";
  return (
    <ForModel operation="ai.moderate" chosen={chosen} onChoose={setChosen}>
      {(model) => (
        <Trial
          form={
            <form
              aria-label="Moderate"
              className="space-y-4"
              onSubmit={(event) => {
                event.preventDefault();
                void run((nexus) => nexus.ai.moderate.mutate({ model, content }));
              }}
            >
              <TextAreaField label="Text" value={content} onChange={({ target }) => setContent(target.value)} />
              <HeldBefore request={complete ? { moderate: { model, content } } : undefined} />
              <div className="flex justify-end">
                <Button type="submit" look="primary" disabled={!complete || busy}>
                  {busy ? "One moment…" : "Run"}
                </Button>
              </div>
            </form>
          }
          answer={
            <div aria-live="polite" className="space-y-4">
              {!answer && !error && <p className="text-muted">What the vendor thinks of it appears here.</p>}
              {answer && <Judged {...answer} />}
              {answer && <CostAfter facts={answer.nexus} usage={answer.usage} />}
              {error && <WhatFailed error={error} />}
            </div>
          }
          copied={<CopiedAs operation="ai.moderate" input={{ model, content }} />}
        />
      )}
    </ForModel>
  );
};
