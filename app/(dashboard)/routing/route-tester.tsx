"use client";

import type { NexusInputs } from "@topolo/nexus-client";
import { useNexus } from "@topolo/nexus-client/react-query";
import { useState } from "react";
import type { UsableModel } from "../../_data/answers.ts";
import { useAnswer } from "../../_data/use-answer.ts";
import { FailureNotice } from "../../_ui/failure-notice.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { SkeletonRows } from "../../_ui/skeleton.tsx";
import { ExplainedRoute } from "./explained-route.tsx";
import { ModelField } from "./model-field.tsx";
import { draftFields, type EditedRouting } from "./routing-changes.ts";

type Question = NexusInputs["preferences"]["explainRoute"];

type Operation = NonNullable<Question["operation"]>;

const operations: readonly (readonly [Operation, string])[] = [
  ["ai.generateText", "Text"],
  ["ai.streamText", "Text, as a stream"],
  ["ai.generateObject", "Object of a schema"],
  ["ai.embed", "Vectors"],
  ["ai.rerank", "Rankings"],
  ["ai.moderate", "Moderation"],
  ["ai.generateImage", "Images"],
  ["ai.generateSpeech", "Speech"],
  ["ai.transcribe", "Transcripts"],
  ["ai.videos.start", "Videos"],
  ["ai.realtime", "Talk"],
];
const writing: ReadonlySet<Operation> = new Set(["ai.generateText", "ai.streamText", "ai.generateObject"]);

const needs = [
  ["tools", "offers tools"],
  ["images", "has images"],
  ["json", "asks for JSON of a schema"],
] as const;

interface ExplainedProps {
  readonly title: string;
  readonly question: Question;
  readonly nameOf: (id: string) => string;
}

const Explained = ({ title, question, nameOf }: ExplainedProps) => {
  const { data, failure, retry } = useAnswer(useNexus().preferences.explainRoute.queryOptions(question));
  return (
    <section aria-label={title} className="min-w-0 grow basis-80">
      <h3 className="mb-2 font-medium">{title}</h3>
      {failure && <FailureNotice title="The route could not be explained" failure={failure} onRetry={retry} />}
      {!data && !failure && <SkeletonRows rows={3} label="Choosing routes" />}
      {data && <ExplainedRoute explained={data} nameOf={nameOf} />}
    </section>
  );
};

interface RouteTesterProps {
  readonly stored: EditedRouting;
  readonly draft: EditedRouting;
  readonly models: readonly UsableModel[];
  readonly nameOf: (id: string) => string;
}

/** Where a call would go and why, by what is stored and by what is not saved yet. Sends nothing. */
export const RouteTester = ({ stored, draft, models, nameOf }: RouteTesterProps) => {
  const [model, setModel] = useState<string>();
  const [operation, setOperation] = useState<Operation>("ai.generateText");
  const [wanted, setWanted] = useState<readonly string[]>([]);
  const { fallbackModels, requireApp: _app, ...changed } = draftFields(stored, draft);
  const isChanged = Object.keys(changed).length > 0;
  const needed = writing.has(operation) ? Object.fromEntries(wanted.map((need) => [need, true])) : {};
  const asked = model === undefined ? undefined : { model, operation, ...needed };
  const able = models.filter((one) => one.operations.includes(operation)).map(({ id }) => id);
  return (
    <div className="space-y-4">
      <p className="text-sm text-muted">
        Says where a call would go now, in which order, and what was passed over. Nothing is sent, and it costs nothing.
      </p>
      <div className="flex flex-wrap items-end gap-2">
        <SelectField
          label="Operation"
          value={operation}
          className="grow basis-40 sm:max-w-60"
          onChange={({ currentTarget }) =>
            setOperation(operations.find(([id]) => id === currentTarget.value)?.[0] ?? "ai.generateText")
          }
        >
          {operations.map(([id, words]) => (
            <option key={id} value={id}>
              {words}
            </option>
          ))}
        </SelectField>
        <div className="min-w-0 grow-[3] basis-72">
          <ModelField label="Model that a call asks for" action="Explain" models={able} onAdd={setModel} />
        </div>
      </div>
      <div className="flex flex-wrap gap-x-5 gap-y-2">
        {needs.map(([need, words]) => (
          <label key={need} className="flex items-center gap-2">
            <input
              type="checkbox"
              className="size-4"
              disabled={!writing.has(operation)}
              checked={wanted.includes(need)}
              onChange={({ currentTarget }) =>
                setWanted(currentTarget.checked ? [...wanted, need] : wanted.filter((one) => one !== need))
              }
            />
            The call {words}
          </label>
        ))}
      </div>
      {asked && (
        <div className="flex flex-wrap gap-x-8 gap-y-6">
          <Explained title={`${asked.model}, as it is`} question={asked} nameOf={nameOf} />
          {isChanged && (
            <Explained
              title={`${asked.model}, with what is not saved yet`}
              question={{ ...asked, ...changed }}
              nameOf={nameOf}
            />
          )}
        </div>
      )}
      {asked && fallbackModels !== undefined && (
        <p className="text-sm text-muted">Chains that are not saved yet are left out of both.</p>
      )}
    </div>
  );
};
