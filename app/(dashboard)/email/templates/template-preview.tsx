"use client";

import { useId, useRef, useState } from "react";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { useSubmit } from "../../../_forms/use-submit.ts";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { Button } from "../../../_ui/button.tsx";
import { TextAreaField } from "../../members/sign-in/text-area-field.tsx";

/** The words of a template, as they are being written. */
export interface Draft {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

const parsed = (json: string): Record<string, never> | undefined => {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
};

/** What a draft says with variables of one's own; nothing is stored. */
export const TemplatePreview = ({ draft }: { readonly draft: () => Draft }) => {
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const [variables, setVariables] = useState("{}");
  const [said, setSaid] = useState<Draft>();
  const [isJson, setIsJson] = useState(true);
  const frame = useId();
  const form = useRef<HTMLFormElement>(null);
  const fields = useRef<Record<"subject" | "html" | "variables", HTMLInputElement | null>>({
    subject: null,
    html: null,
    variables: null,
  });
  const show = (): void => {
    const given = parsed(variables);
    setIsJson(given !== undefined);
    setSaid(undefined);
    if (given === undefined) return;
    run(async () => {
      const { subject, text, html } = draft();
      const shown = await change((nexus) =>
        nexus.email.templates.preview.mutate({
          subject,
          ...(text !== "" && { text }),
          ...(html !== "" && { html }),
          variables: given,
        }),
      );
      setSaid({ subject: shown.subject, text: shown.text ?? "", html: shown.html ?? "" });
      if (shown.html === null) return;
      // The frame is sent what was written here, since nothing of it is stored.
      const { subject: first, html: second, variables: third } = fields.current;
      if (first) first.value = subject;
      if (second) second.value = html;
      if (third) third.value = variables;
      requestAnimationFrame(() => form.current?.submit());
    });
  };
  return (
    <section aria-label="Preview" className="space-y-4">
      <TextAreaField
        label="Variables"
        hint='As JSON, by the names that the template uses, for example { "name": "Ann" }.'
        value={variables}
        onChange={({ target }) => setVariables(target.value)}
        rows={6}
        expected={isJson ? undefined : "an object in JSON"}
      />
      <Button disabled={busy} onClick={show}>
        {busy ? "One moment…" : "Show the mail"}
      </Button>
      <RefusalNotice refusal={refusal} />
      {refusal?.issues.map(({ field, expected }) => (
        <p key={`${field} ${expected}`} className="text-sm wrap-anywhere text-bad">
          {field}: please enter {expected}.
        </p>
      ))}
      <form ref={form} method="post" action="/email/templates/shown" target={frame} hidden>
        {(["subject", "html", "variables"] as const).map((name) => (
          <input
            key={name}
            type="hidden"
            name={name}
            ref={(input) => {
              fields.current[name] = input;
            }}
          />
        ))}
      </form>
      {said && (
        <div className="space-y-3">
          <p className="font-medium wrap-anywhere">
            <bdi>{said.subject}</bdi>
          </p>
          {said.text !== "" && (
            <pre className="rounded-lg bg-raised p-4 font-mono text-sm wrap-anywhere whitespace-pre-wrap">
              {said.text}
            </pre>
          )}
        </div>
      )}
      <iframe
        name={frame}
        sandbox=""
        hidden={said === undefined || said.html === ""}
        title="The mail as its recipient sees it"
        className="h-96 w-full rounded-lg border border-line bg-white"
      />
    </section>
  );
};
