"use client";

import { useId } from "react";
import type { ListedPlan } from "../../../_data/answers.ts";
import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { AppField } from "../../app-field.tsx";
import { FormField } from "../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { Button } from "../../../_ui/button.tsx";
import { Modal } from "../../../_ui/modal.tsx";
import { parseDollars } from "../../../_ui/parse-dollars.ts";
import { readPlanRules, writePlanRules } from "./plan-rules.ts";

interface PlanDialogProps {
  /** Undefined: a new one. */
  readonly plan: ListedPlan | undefined;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const nanosPerDollar = 1_000_000_000n;

/** Nano-USD as somebody would type them. */
const typed = (nanos: string): string => {
  const amount = BigInt(nanos);
  const decimals = (amount % nanosPerDollar)
    .toString()
    .padStart(9, "0")
    .replace(/0{1,7}$/, "");
  return `${amount / nanosPerDollar}.${decimals}`;
};

const wrong = (issue: string | undefined, words: string): string | undefined =>
  issue === undefined ? undefined : words;

/** What is written where a rule was refused; its field is one of `rules.0.model` and the like. */
const rulesIssue = (expected: (field: string) => string | undefined, count: number): string | undefined => {
  for (let at = 0; at < count; at += 1)
    for (const field of [`rules.${at}`, `rules.${at}.model`, `rules.${at}.markupPercent`])
      if (expected(field) !== undefined) return `In line ${at + 1}, please enter a family or a model, then percent.`;
  return undefined;
};

/** Makes a plan, or changes what it says. */
export const PlanDialog = ({ plan, onDone, onClose }: PlanDialogProps) => {
  const id = useId();
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const title = plan === undefined ? "Add a plan" : `Edit ${plan.name}`;
  const save = submit(async (form) => {
    const meterEvent = formText(form, "meterEvent").trim();
    await change((nexus) =>
      nexus.plans.set.mutate({
        name: plan?.name ?? formText(form, "name").trim(),
        appId: plan?.appId ?? formText(form, "appId").trim(),
        markupPercent: Number(formText(form, "markupPercent").trim() || Number.NaN),
        rules: readPlanRules(formText(form, "rules")),
        monthlyAllowanceNanos: parseDollars(formText(form, "allowance")) ?? "not an amount",
        meterEvent: meterEvent === "" ? null : meterEvent,
      }),
    );
    onDone();
  });
  const rulesWrong = rulesIssue(expected, 100);
  return (
    <Modal open onClose={onClose} title={title} description="Calls that are held already keep what they were held at.">
      <form onSubmit={save} aria-label={title} className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        {plan === undefined && (
          <>
            <AppField chosen={undefined} name="appId" required />
            <FormField
              label="Name"
              name="name"
              placeholder="pro"
              required
              maxLength={100}
              autoComplete="off"
              expected={expected("name")}
            />
          </>
        )}
        <FormField
          label="Markup in percent"
          name="markupPercent"
          inputMode="decimal"
          defaultValue={plan?.markupPercent ?? 20}
          required
          autoComplete="off"
          hint="Added to what a call costs, where no rule fits."
          expected={wrong(expected("markupPercent"), "a percentage from -100 on, with at most four decimals")}
        />
        <div>
          <label htmlFor={id} className="mb-1 block text-sm font-medium text-muted">
            Rules
          </label>
          <textarea
            id={id}
            name="rules"
            rows={3}
            defaultValue={plan === undefined ? "" : writePlanRules(plan.rules)}
            placeholder={"ai openai/* 35\nemail 0"}
            aria-invalid={rulesWrong !== undefined || undefined}
            aria-describedby={`${id}-hint`}
            className="w-full rounded-lg border border-line-strong bg-surface px-3 py-1.5 font-mono text-sm placeholder:text-muted"
          />
          <p
            id={`${id}-hint`}
            className={rulesWrong === undefined ? "mt-1 text-sm text-muted" : "mt-1 text-sm text-bad"}
          >
            {rulesWrong === undefined
              ? "One a line: a family (ai, email, payments), a model, or both, and percent. The first that fits counts."
              : rulesWrong}
          </p>
        </div>
        <FormField
          label="USD a month for nothing"
          name="allowance"
          inputMode="decimal"
          defaultValue={plan === undefined ? "0.00" : typed(plan.monthlyAllowanceNanos)}
          autoComplete="off"
          expected={wrong(expected("monthlyAllowanceNanos"), "an amount of USD, for example 1.00")}
        />
        <FormField
          label="Stripe meter (optional)"
          name="meterEvent"
          placeholder="ai_usage"
          defaultValue={plan?.meterEvent ?? ""}
          autoComplete="off"
          hint="The event name of a meter that sums up whole numbers: nano-USD."
          expected={expected("meterEvent")}
        />
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
