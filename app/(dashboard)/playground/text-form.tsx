"use client";

import { FormField } from "../../_forms/form-field.tsx";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { reasoningEfforts, numberFields, type Complaints, type TextDraft } from "./text-fields.ts";

interface TextFormProps {
  readonly draft: TextDraft;
  /** The model can. */
  readonly searches: boolean;
  readonly complaints: Complaints;
  readonly onChange: (draft: TextDraft) => void;
}

const Turns = ({ draft, onChange }: Pick<TextFormProps, "draft" | "onChange">) => (
  <section aria-label="Said before" className="space-y-2 rounded-lg bg-raised px-4 py-3 text-sm">
    <ol className="space-y-2">
      {draft.turns.map(({ role, content }, at) => (
        <li key={`${at} ${role}`} className="wrap-anywhere whitespace-pre-wrap">
          <span className="font-medium">{role === "user" ? "You" : "Model"}: </span>
          {content}
        </li>
      ))}
    </ol>
    <Button look="quiet" className="-ml-3.5" onClick={() => onChange({ ...draft, turns: [] })}>
      Begin anew
    </Button>
  </section>
);

/** What is asked of a model, and with which parameters. */
export const TextForm = ({ draft, searches, complaints, onChange }: TextFormProps) => (
  <>
    <TextAreaField
      label="Instructions (optional)"
      rows={2}
      value={draft.instructions}
      onChange={({ target }) => onChange({ ...draft, instructions: target.value })}
    />
    {draft.turns.length > 0 && <Turns draft={draft} onChange={onChange} />}
    <TextAreaField
      label="Prompt"
      rows={5}
      value={draft.prompt}
      onChange={({ target }) => onChange({ ...draft, prompt: target.value })}
    />
    {searches && (
      <label className="flex items-center gap-2.5">
        <input
          type="checkbox"
          className="size-4"
          checked={draft.search}
          onChange={({ target }) => onChange({ ...draft, search: target.checked })}
        />
        Search the web, once at most
      </label>
    )}
    <details className="rounded-lg border border-line">
      <summary className="cursor-pointer rounded-lg px-4 py-2.5 font-medium">Parameters and tools</summary>
      <div className="space-y-4 border-t border-line p-4">
        <div className="grid gap-4 sm:grid-cols-2">
          {numberFields.map(({ name, label }) => (
            <FormField
              key={name}
              label={label}
              inputMode="decimal"
              autoComplete="off"
              value={draft.numbers[name] ?? ""}
              aria-invalid={complaints[name] !== undefined || undefined}
              hint={complaints[name] === undefined ? undefined : `Please enter ${complaints[name]}.`}
              onChange={({ target }) => onChange({ ...draft, numbers: { ...draft.numbers, [name]: target.value } })}
            />
          ))}
          <SelectField
            label="Reasoning"
            value={draft.effort}
            onChange={({ target }) => onChange({ ...draft, effort: target.value })}
          >
            <option value="">as the model does it</option>
            {reasoningEfforts.slice(1).map((effort) => (
              <option key={effort} value={effort}>
                {effort}
              </option>
            ))}
          </SelectField>
        </div>
        <TextAreaField
          label="Tools (optional)"
          rows={5}
          value={draft.tools}
          expected={complaints.tools}
          hint='As JSON: [{ "name": "weather", "inputSchema": { "type": "object", "properties": { "city": { "type": "string" } } } }]. A call of a tool is shown, and carried out by nobody.'
          onChange={({ target }) => onChange({ ...draft, tools: target.value })}
        />
      </div>
    </details>
  </>
);
