"use client";

import { useState } from "react";
import type { ListedRateLimit } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { AuthRefusal } from "../../../_auth-api/auth-refusal.ts";
import { FormField } from "../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { Button } from "../../../_ui/button.tsx";
import { SelectField } from "../../../_ui/field.tsx";
import { Modal } from "../../../_ui/modal.tsx";
import { showToast } from "../../../_ui/toast.ts";
import { SubjectPicker } from "../subject-picker.tsx";
import type { BudgetSubject, SubjectScope } from "../use-subjects.ts";
import { eachOf, readCount } from "./limit-words.ts";

interface LimitDialogProps {
  /** Undefined: a new one. */
  readonly limit: ListedRateLimit | undefined;
  /** Whom it holds for. */
  readonly name: string | undefined;
  readonly onClose: () => void;
}

/** Whom a limit is for: a scope, and whether each of it or one. */
const choices = {
  organization: { label: eachOf("organization"), scope: "organization", one: undefined },
  eachApp: { label: eachOf("app"), scope: "app", one: undefined },
  app: { label: "One app", scope: "app", one: "app" },
  eachUser: { label: eachOf("user"), scope: "user", one: undefined },
  user: { label: "One person", scope: "user", one: "user" },
  eachKey: { label: eachOf("key"), scope: "key", one: undefined },
  key: { label: "One key", scope: "key", one: "key" },
} as const satisfies Readonly<
  Record<string, { label: string; scope: ListedRateLimit["scope"]; one: SubjectScope | undefined }>
>;
const isChoice = (text: string): text is keyof typeof choices => Object.hasOwn(choices, text);

const wrongCount = "a whole number above zero, or nothing";

const countIn = (form: FormData, field: string): number | null => {
  const value = readCount(formText(form, field));
  if (value === undefined) throw new AuthRefusal("invalid_request", { issues: [{ field, expected: wrongCount }] });
  return value;
};

/** Sets how fast calls may come, of the organization or of a part of it. */
export const LimitDialog = ({ limit, name, onClose }: LimitDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const [choice, setChoice] = useState<keyof typeof choices>("organization");
  const [subject, setSubject] = useState<BudgetSubject>();
  const { scope, one } = choices[choice];
  const title = limit === undefined ? "Set a limit" : `Change the limit of ${name ?? ""}`;
  const save = submit(async (form) => {
    const requestsPerMinute = countIn(form, "requestsPerMinute");
    const tokensPerMinute = countIn(form, "tokensPerMinute");
    if (requestsPerMinute === null && tokensPerMinute === null)
      throw new AuthRefusal("empty_limit", { words: "Enter one number at least. To have no limit, remove it." });
    if (limit === undefined && one !== undefined && subject === undefined)
      throw new AuthRefusal("invalid_request", { issues: [{ field: "scopeId", expected: "whom it is for" }] });
    const whom =
      limit === undefined
        ? { scope, scopeId: one === undefined ? null : (subject?.id ?? null) }
        : { scope: limit.scope, scopeId: limit.scopeId };
    await change((nexus) => nexus.usage.rateLimits.set.mutate({ ...whom, requestsPerMinute, tokensPerMinute }));
    showToast({ title: "The limit is set" });
    onClose();
  });
  return (
    <Modal
      open
      onClose={onClose}
      title={title}
      description="It holds from the next call on. What is left empty is not limited."
    >
      <form onSubmit={save} aria-label={title} className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        {limit === undefined && (
          <SelectField
            label="Whom it is for"
            value={choice}
            onChange={({ target }) => {
              setSubject(undefined);
              if (isChoice(target.value)) setChoice(target.value);
            }}
          >
            {Object.entries(choices).map(([value, { label }]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
        )}
        {limit === undefined && one !== undefined && (
          <SubjectPicker key={one} scope={one} value={subject} expected={expected("scopeId")} onChoose={setSubject} />
        )}
        <FormField
          label="Requests a minute"
          name="requestsPerMinute"
          inputMode="numeric"
          defaultValue={limit?.requestsPerMinute ?? ""}
          autoComplete="off"
          first
          expected={expected("requestsPerMinute") === undefined ? undefined : wrongCount}
        />
        <FormField
          label="Tokens a minute"
          name="tokensPerMinute"
          inputMode="numeric"
          defaultValue={limit?.tokensPerMinute ?? ""}
          autoComplete="off"
          hint="Of AI calls, input and output together: estimated before a call, corrected after it."
          expected={expected("tokensPerMinute") === undefined ? undefined : wrongCount}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : "Set it"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
