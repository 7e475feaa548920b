"use client";

import { useRef } from "react";
import type { MailTemplate } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { FormField } from "../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Card } from "../../../_ui/card.tsx";
import { TextAreaField } from "../../members/sign-in/text-area-field.tsx";
import { TemplatePreview, type Draft } from "./template-preview.tsx";

interface TemplateEditorProps {
  /** Undefined: a new one. */
  readonly template: MailTemplate | undefined;
  readonly onStored: () => void;
  readonly onClose: () => void;
}

const draftOf = (form: FormData): Draft => ({
  subject: formText(form, "subject"),
  text: formText(form, "text"),
  html: formText(form, "html"),
});

/** Where a template is written and tried. */
export const TemplateEditor = ({ template, onStored, onClose }: TemplateEditorProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const form = useRef<HTMLFormElement>(null);
  const store = submit(async (fields) => {
    const { subject, text, html } = draftOf(fields);
    await change((nexus) =>
      nexus.email.templates.set.mutate({
        name: template?.name ?? formText(fields, "name").trim(),
        subject,
        ...(text !== "" && { text }),
        ...(html !== "" && { html }),
      }),
    );
    onStored();
  });
  return (
    <Card title={template === undefined ? "A new template" : `${template.name}, version ${template.version}`}>
      <div className="grid gap-8 lg:grid-cols-2">
        <form ref={form} onSubmit={store} aria-label="Template" className="space-y-4" noValidate>
          <RefusalNotice refusal={refusal} />
          {template === undefined && (
            <FormField
              label="Name"
              name="name"
              placeholder="order-shipped"
              required
              first
              maxLength={64}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              hint="Apps send by this name."
              expected={expected("name")}
            />
          )}
          <FormField
            label="Subject"
            name="subject"
            placeholder="Order {{ number }} is on its way"
            required
            maxLength={900}
            autoComplete="off"
            defaultValue={template?.subject}
            expected={expected("subject")}
          />
          <TextAreaField
            label="Text"
            name="text"
            rows={8}
            defaultValue={template?.text ?? ""}
            hint="In Liquid: {{ name }}, {% if note %} … {% endif %}, {% for item in items %} … {% endfor %}."
            expected={expected("text")}
          />
          <TextAreaField
            label="HTML"
            name="html"
            rows={12}
            defaultValue={template?.html ?? ""}
            hint="In Liquid. What variables say is escaped."
            expected={expected("html")}
          />
          <div className="flex flex-wrap gap-2">
            <Button type="submit" look="primary" disabled={busy}>
              {busy ? "One moment…" : template === undefined ? "Store it" : "Store the next version"}
            </Button>
            <Button look="quiet" onClick={onClose}>
              Cancel
            </Button>
          </div>
        </form>
        <TemplatePreview
          draft={() => (form.current ? draftOf(new FormData(form.current)) : { subject: "", text: "", html: "" })}
        />
      </div>
    </Card>
  );
};
