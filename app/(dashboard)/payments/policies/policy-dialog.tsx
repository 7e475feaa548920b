"use client";

import { useState } from "react";
import type { ListedPolicy } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { AuthRefusal } from "../../../_auth-api/auth-refusal.ts";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { FormField } from "../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { Button } from "../../../_ui/button.tsx";
import { SelectField } from "../../../_ui/field.tsx";
import { Modal } from "../../../_ui/modal.tsx";
import { ruleFields, rulesOf, textOfRule, UnreadRule } from "./rule-fields.ts";

const everybody = "";

interface PolicyDialogProps {
  /** Absent: a new one. */
  readonly policy?: ListedPolicy;
  /** The apps that have no policy yet. */
  readonly apps: readonly { readonly id: string; readonly name: string }[];
  /** There is no policy for all apps together yet. */
  readonly forAll: boolean;
  readonly onSaved: () => void;
  readonly onClose: () => void;
}

const readRules = (form: FormData): ListedPolicy["rules"] => {
  try {
    return rulesOf((name) => formText(form, name));
  } catch (error) {
    if (!(error instanceof UnreadRule)) throw error;
    throw new AuthRefusal("invalid_request", { issues: [{ field: `rules.${error.field}`, expected: error.expected }] });
  }
};

/** Sets what an app, or all of them together, may spend and send. */
export const PolicyDialog = ({ policy, apps, forAll, onSaved, onClose }: PolicyDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const [appId, setAppId] = useState(forAll ? everybody : (apps[0]?.id ?? everybody));
  const save = submit(async (form) => {
    const rules = readRules(form);
    if (Object.keys(rules).length === 0)
      throw new AuthRefusal("empty_policy", { words: "Set one limit at least. To have none, remove the policy." });
    const whose = policy === undefined ? appId || null : policy.appId;
    await change((nexus) => nexus.spending.set.mutate({ appId: whose, rules }));
    onSaved();
  });
  const refusedIn = (name: string): string | undefined =>
    refusal?.issues.find(({ field }) => field === `rules.${name}` || field.startsWith(`rules.${name}.`))?.expected ??
    expected(name);
  return (
    <Modal
      open
      onClose={onClose}
      title={policy === undefined ? "New policy" : "Change the policy"}
      description="What is left empty is not limited. It holds from the next call on."
    >
      <form onSubmit={save} aria-label="Policy" className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        {policy === undefined && (
          <SelectField label="For" value={appId} onChange={({ target }) => setAppId(target.value)}>
            {forAll && <option value={everybody}>All apps together</option>}
            {apps.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        {ruleFields.map((field, index) => (
          <FormField
            key={field.name}
            label={field.label}
            name={field.name}
            hint={field.hint}
            placeholder={field.placeholder}
            defaultValue={policy === undefined ? "" : textOfRule(policy.rules, field)}
            first={index === 0 && policy !== undefined}
            maxLength={2_000}
            autoComplete="off"
            spellCheck={false}
            expected={refusedIn(field.name)}
          />
        ))}
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : "Save"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
