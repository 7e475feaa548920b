"use client";

import { useId } from "react";
import type { Budget } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { Modal } from "../../_ui/modal.tsx";
import { parseDollars } from "../../_ui/parse-dollars.ts";
import { showToast } from "../../_ui/toast.ts";
import { periodWords, typedDollars } from "../budgets/budget-words.ts";

interface AskDialogProps {
  readonly budget: Budget;
  readonly onClose: () => void;
}

const whoseBudget: Readonly<Record<Budget["scope"], string>> = {
  user: "your budget",
  key: "the key's budget",
  organization: "the organization's budget",
  app: "the app's budget",
};

/** Asks the administrators for a higher limit. */
export const AskDialog = ({ budget, onClose }: AskDialogProps) => {
  const id = useId();
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const ask = submit(async (form) => {
    await change((nexus) =>
      nexus.usage.requests.create.mutate({
        budgetId: budget.id,
        limitNanos: parseDollars(formText(form, "limit")) ?? "not an amount",
        reason: formText(form, "reason").trim(),
      }),
    );
    showToast({ title: "You have asked for more", description: "The administrators are mailed, and decide." });
    onClose();
  });
  const wrongReason = expected("reason");
  return (
    <Modal
      open
      onClose={onClose}
      title="Ask for more"
      description={`The limit of ${whoseBudget[budget.scope]} is ${formatMoney(budget.limitNanos)} ${periodWords(budget)} now.`}
    >
      <form onSubmit={ask} aria-label="Ask for more" className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        <FormField
          label={`USD ${periodWords(budget)}`}
          name="limit"
          inputMode="decimal"
          defaultValue={typedDollars((BigInt(budget.limitNanos) * 2n).toString())}
          required
          first
          autoComplete="off"
          expected={expected("limitNanos") === undefined ? undefined : "an amount of USD above the present limit"}
        />
        <div>
          <label htmlFor={id} className="mb-1 block text-sm font-medium text-muted">
            What it is for
          </label>
          <textarea
            id={id}
            name="reason"
            rows={3}
            maxLength={500}
            required
            aria-invalid={wrongReason !== undefined || undefined}
            aria-describedby={`${id}-hint`}
            className="w-full rounded-lg border border-line-strong bg-surface px-3 py-1.5"
          />
          <p
            id={`${id}-hint`}
            className={wrongReason === undefined ? "mt-1 text-sm text-muted" : "mt-1 text-sm text-bad"}
          >
            {wrongReason === undefined ? "Administrators of the organization read it." : "Please write why."}
          </p>
        </div>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : "Ask"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
