"use client";

import type { NexusInputs, NexusOutputs } from "@topolo/nexus-client";
import { useState } from "react";
import { Button } from "../../_ui/button.tsx";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CopiedAs } from "./copied-as.tsx";
import { HeldBefore } from "./held-before.tsx";
import { CostAfter, WhatFailed } from "./outcome.tsx";
import { ForModel, Trial } from "./trial-form.tsx";
import { useTrial } from "./use-trial.ts";

type Schema = NexusInputs["ai"]["generateObject"]["schema"];

const firstSchema = JSON.stringify(
  {
    type: "object",
    properties: { rivers: { type: "array", items: { type: "string" } } },
    required: ["rivers"],
    additionalProperties: false,
  },
  null,
  2,
);

const schemaOf = (text: string): Schema | undefined => {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && !Array.isArray(read) ? (read as Schema) : undefined;
  } catch {
    return undefined;
  }
};

const Shown = ({ label, text }: { readonly label: string; readonly text: string }) => (
  <section aria-label={label}>
    <pre className="rounded-lg bg-raised p-3 font-mono text-sm wrap-anywhere whitespace-pre-wrap">{text}</pre>
  </section>
);

/** An object that fits a schema. */
export const ObjectTrial = () => {
  const [chosen, setChosen] = useState<string>();
  const [prompt, setPrompt] = useState("Name three rivers.");
  const [written, setWritten] = useState(firstSchema);
  const { busy, answer, error, run } = useTrial<NexusOutputs["ai"]["generateObject"]>();
  const schema = schemaOf(written);
  const raw = error?.details?.["text"];
  return (
    <ForModel operation="ai.generateObject" chosen={chosen} onChoose={setChosen}>
      {(model) => {
        const request = schema && prompt.trim() !== "" ? { model, prompt, schema } : undefined;
        return (
          <Trial
            form={
              <form
                aria-label="Generate an object"
                className="space-y-4"
                onSubmit={(event) => {
                  event.preventDefault();
                  if (request) void run((nexus) => nexus.ai.generateObject.mutate(request));
                }}
              >
                <TextAreaField label="Prompt" value={prompt} onChange={({ target }) => setPrompt(target.value)} />
                <TextAreaField
                  label="Schema"
                  hint={
                    schema ? "JSON Schema of the object." : "This is no JSON object yet: please enter a JSON Schema."
                  }
                  value={written}
                  onChange={({ target }) => setWritten(target.value)}
                />
                <HeldBefore request={request && { generateObject: request }} />
                <div className="flex justify-end">
                  <Button type="submit" look="primary" disabled={!request || busy}>
                    {busy ? "One moment…" : "Run"}
                  </Button>
                </div>
              </form>
            }
            answer={
              <div aria-live="polite" className="space-y-4">
                {!answer && !error && <p className="text-muted">The object appears here once it fits the schema.</p>}
                {answer && <Shown label="The object" text={JSON.stringify(answer.object, null, 2)} />}
                {answer && <CostAfter facts={answer.nexus} usage={answer.usage} />}
                {error && <WhatFailed error={error} />}
                {typeof raw === "string" && <Shown label="What the model wrote" text={raw} />}
              </div>
            }
            copied={<CopiedAs operation="ai.generateObject" input={{ model, prompt, schema: schema ?? {} }} />}
          />
        );
      }}
    </ForModel>
  );
};
