"use client";

import { AuthRefusal } from "../../_auth-api/auth-refusal.ts";
import type { Budget, ListedBudgetRequest } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { Modal } from "../../_ui/modal.tsx";
import { parseDollars } from "../../_ui/parse-dollars.ts";
import { showToast } from "../../_ui/toast.ts";
import { periodWords, typedDollars } from "./budget-words.ts";

interface DecideRequestDialogProps {
  readonly request: ListedBudgetRequest;
  readonly decision: "grant" | "decline";
  /** Who asks. */
  readonly who: string;
  /** Undefined: there is no such budget any more. */
  readonly budget: Budget | undefined;
  readonly onClose: () => void;
}

const dayMs = 86_400_000;
const spans = { "1": "A day", "7": "A week", "30": "30 days", "90": "90 days" } as const;

const afterDays = (days: string): string => new Date(Date.now() + Number(days) * dayMs).toISOString();

/** Grants a request for more until a date, with the amount that was asked for or another, or declines it with a reason. */
export const DecideRequestDialog = ({ request, decision, who, budget, onClose }: DecideRequestDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const grants = decision === "grant";
  const title = grants ? `Grant more to ${who}?` : `Decline the request of ${who}?`;
  const endsAnew = (budget?.nextResetAt ?? null) !== null;
  const own = formatMoney(budget?.baseLimitNanos ?? request.limitBeforeNanos);
  const save = submit(async (form) => {
    const note = formText(form, "note").trim();
    if (!grants && note === "")
      throw new AuthRefusal("invalid_request", { issues: [{ field: "note", expected: "why it is declined" }] });
    const span = formText(form, "until");
    await change((nexus) =>
      nexus.usage.requests.decide.mutate({
        id: request.id,
        decision,
        ...(grants ? { limitNanos: parseDollars(formText(form, "limit")) ?? "not an amount" } : {}),
        ...(grants && span !== "period" ? { until: afterDays(span) } : {}),
        ...(note === "" ? {} : { note }),
      }),
    );
    showToast({ title: grants ? "It is granted" : "It is declined", description: "Whoever asked is told by mail." });
    onClose();
  });
  return (
    <Modal
      open
      onClose={onClose}
      title={title}
      description={
        grants
          ? `The higher limit holds at once. Afterwards the budget's own, ${own} ${periodWords(request)}, holds again.`
          : "The limit of the budget stays as it is."
      }
    >
      <form onSubmit={save} aria-label={title} className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        {grants && (
          <div className="grid gap-4 sm:grid-cols-2">
            <FormField
              label={`USD ${periodWords(request)}`}
              name="limit"
              inputMode="decimal"
              defaultValue={typedDollars(request.limitWantedNanos)}
              required
              first
              autoComplete="off"
              expected={expected("limitNanos") === undefined ? undefined : `an amount of USD above ${own}`}
            />
            <SelectField label="Until" name="until" defaultValue={endsAnew ? "period" : "7"}>
              {endsAnew && <option value="period">The budget begins anew</option>}
              {Object.entries(spans).map(([days, label]) => (
                <option key={days} value={days}>
                  {label} from now
                </option>
              ))}
            </SelectField>
          </div>
        )}
        <FormField
          label={grants ? "What you say to it (optional)" : "Why"}
          name="note"
          maxLength={500}
          autoComplete="off"
          required={!grants}
          first={!grants}
          hint={`${who} reads it.`}
          expected={expected("note")}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : grants ? "Grant it" : "Decline it"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
