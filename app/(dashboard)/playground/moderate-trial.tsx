"use client";

import type { NexusOutputs } from "@topolo/nexus-client";
import { useState } from "react";
import { Badge } from "../../_ui/badge.tsx";
import { Meter } from "../../_ui/meter.tsx";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CallTrial } from "./call-trial.tsx";
import { ForModel } from "./trial-form.tsx";

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
  return (
    <ForModel operation="ai.moderate" chosen={chosen} onChoose={setChosen}>
      {(model) => (
        <CallTrial
          label="Moderate"
          fields={<TextAreaField label="Text" value={content} onChange={({ target }) => setContent(target.value)} />}
          request={content.trim() === "" ? undefined : { moderate: { model, content } }}
          ask={(nexus) => nexus.ai.moderate.mutate({ model, content })}
          before="What the vendor thinks of it appears here."
          renderAnswer={(answer) => <Judged {...answer} />}
          operation="ai.moderate"
          input={{ model, content }}
        />
      )}
    </ForModel>
  );
};
