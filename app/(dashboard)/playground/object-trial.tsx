"use client";

import type { NexusInputs } from "@topolo/nexus-client";
import { useState } from "react";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CallTrial } from "./call-trial.tsx";
import { ForModel } from "./trial-form.tsx";

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
  const schema = schemaOf(written);
  return (
    <ForModel operation="ai.generateObject" chosen={chosen} onChoose={setChosen}>
      {(model) => {
        const input = { model, prompt, schema: schema ?? {} };
        return (
          <CallTrial
            label="Generate an object"
            fields={
              <>
                <TextAreaField label="Prompt" value={prompt} onChange={({ target }) => setPrompt(target.value)} />
                <TextAreaField
                  label="Schema"
                  hint={
                    schema ? "JSON Schema of the object." : "This is no JSON object yet: please enter a JSON Schema."
                  }
                  value={written}
                  onChange={({ target }) => setWritten(target.value)}
                />
              </>
            }
            request={schema && prompt.trim() !== "" ? { generateObject: input } : undefined}
            ask={(nexus) => nexus.ai.generateObject.mutate(input)}
            before="The object appears here once it fits the schema."
            renderAnswer={({ object }) => <Shown label="The object" text={JSON.stringify(object, null, 2)} />}
            renderFailure={({ details }) =>
              typeof details?.["text"] === "string" && <Shown label="What the model wrote" text={details["text"]} />
            }
            operation="ai.generateObject"
            input={input}
          />
        );
      }}
    </ForModel>
  );
};
