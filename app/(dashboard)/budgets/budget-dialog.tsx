"use client";

import { useState } from "react";
import type { NexusInputs } from "@topolo/nexus-client";
import type { Budget } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { AuthRefusal } from "../../_auth-api/auth-refusal.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { formatMoney } from "../../_ui/format-money.ts";
import { Modal } from "../../_ui/modal.tsx";
import { parseDollars } from "../../_ui/parse-dollars.ts";
import { showToast } from "../../_ui/toast.ts";
import { deviceZone, useTimeZone } from "../../_ui/use-time-zone.ts";
import { BudgetPreview } from "./budget-preview.tsx";
import { periodWords, readPercents, typedDollars } from "./budget-words.ts";
import { SubjectPicker } from "./subject-picker.tsx";
import type { BudgetSubject } from "./use-subjects.ts";

type Written = NexusInputs["usage"]["budgets"]["set"];

interface BudgetDialogProps {
  /** Undefined: a new one. */
  readonly budget: Budget | undefined;
  /** Whose it is. */
  readonly name: string | undefined;
  readonly onClose: () => void;
}

const zones = Intl.supportedValuesOf("timeZone");

const periods = { hour: "Hour", day: "Day", week: "Week", month: "Month", total: "In total" } as const;
const isPeriod = (text: string): text is Budget["period"] => Object.hasOwn(periods, text);

const scopes = { organization: "The organization", app: "An app", user: "A person", key: "A key" } as const;
const isScope = (text: string): text is Budget["scope"] => Object.hasOwn(scopes, text);

const wrongAmount = "an amount of USD, for example 25.00";
const wrongPercents = "whole percents, for example 50, 80, 100";

/** Creates a budget, or changes one, and says while it is written what it will mean. */
export const BudgetDialog = ({ budget, name, onClose }: BudgetDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const [zone] = useTimeZone();
  const [scope, setScope] = useState(budget?.scope ?? "organization");
  const [subject, setSubject] = useState<BudgetSubject>();
  const [limit, setLimit] = useState(budget === undefined ? "" : typedDollars(budget.baseLimitNanos));
  const [period, setPeriod] = useState(budget?.period ?? "month");
  const [rolling, setRolling] = useState(budget?.window === "rolling");
  const [hard, setHard] = useState(budget?.hard ?? true);
  const [timeZone, setTimeZone] = useState(budget?.timeZone ?? zone);
  const [percents, setPercents] = useState((budget?.alertThresholds ?? [80, 100]).join(", "));
  const isRolling = rolling && period !== "total";
  const scopeId = budget === undefined ? subject?.id : (budget.scopeId ?? undefined);
  const limitNanos = parseDollars(limit);
  const alertThresholds = readPercents(percents);
  const hasDays = !isRolling && period !== "hour" && period !== "total";
  const written: Written | undefined =
    limitNanos === undefined || alertThresholds === undefined || (scope !== "organization" && scopeId === undefined)
      ? undefined
      : {
          scope,
          ...(scopeId === undefined || scope === "organization" ? {} : { scopeId }),
          period,
          window: isRolling ? "rolling" : "calendar",
          hard,
          limitNanos,
          alertThresholds: [...alertThresholds],
          timeZone,
        };
  const title = budget === undefined ? "Set a budget" : `Change the budget of ${name ?? ""}`;
  const save = submit(async () => {
    if (limitNanos === undefined)
      throw new AuthRefusal("invalid_request", { issues: [{ field: "limitNanos", expected: wrongAmount }] });
    if (alertThresholds === undefined)
      throw new AuthRefusal("invalid_request", { issues: [{ field: "alertThresholds", expected: wrongPercents }] });
    if (written === undefined)
      throw new AuthRefusal("invalid_request", { issues: [{ field: "scopeId", expected: "whose budget it is" }] });
    await change((nexus) => nexus.usage.budgets.set.mutate(written));
    showToast({ title: budget === undefined ? "The budget is set" : "The budget is changed" });
    onClose();
  });
  return (
    <Modal open onClose={onClose} title={title} description="It holds for every call from then on, in every process.">
      <form onSubmit={save} aria-label={title} className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        {budget === undefined ? (
          <>
            <SelectField
              label="Whose calls it counts"
              value={scope}
              onChange={({ target }) => {
                setSubject(undefined);
                if (isScope(target.value)) setScope(target.value);
              }}
            >
              {Object.entries(scopes).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
            {scope !== "organization" && (
              <SubjectPicker
                key={scope}
                scope={scope}
                value={subject}
                expected={expected("scopeId")}
                onChoose={setSubject}
              />
            )}
          </>
        ) : (
          <p className="text-muted">
            Counts {periodWords(budget)}. For another period, set another budget: all that fit a call hold.
            {budget.raisedUntil !== null &&
              ` Until it is saved, a limit of ${formatMoney(budget.limitNanos)} holds for a while; saving ends that.`}
          </p>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          <FormField
            label="USD"
            inputMode="decimal"
            value={limit}
            onChange={({ currentTarget }) => setLimit(currentTarget.value)}
            placeholder="25.00"
            required
            first
            autoComplete="off"
            expected={expected("limitNanos") === undefined ? undefined : wrongAmount}
          />
          {budget === undefined && (
            <SelectField
              label="Each"
              value={period}
              onChange={({ target }) => isPeriod(target.value) && setPeriod(target.value)}
            >
              {Object.entries(periods).map(([value, label]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
          )}
        </div>
        {budget === undefined && period !== "total" && (
          <label className="flex items-start gap-2.5">
            <input
              type="checkbox"
              checked={rolling}
              onChange={({ currentTarget }) => setRolling(currentTarget.checked)}
              className="mt-1 size-4 shrink-0"
            />
            <span>
              Rolling
              <span className="block text-sm text-muted">The time before now, in place of the calendar&rsquo;s.</span>
            </span>
          </label>
        )}
        <fieldset className="space-y-1.5">
          <legend className="mb-1 text-sm font-medium text-muted">What happens at the limit</legend>
          <label className="flex items-center gap-2.5">
            <input type="radio" name="hard" checked={hard} onChange={() => setHard(true)} className="size-4" />
            Calls that do not fit are refused (hard)
          </label>
          <label className="flex items-center gap-2.5">
            <input type="radio" name="hard" checked={!hard} onChange={() => setHard(false)} className="size-4" />
            Calls go on; alerts are raised (soft)
          </label>
        </fieldset>
        <FormField
          label="Alerts at percent of it"
          value={percents}
          onChange={({ currentTarget }) => setPercents(currentTarget.value)}
          autoComplete="off"
          maxLength={80}
          hint={
            budget === undefined
              ? "Administrators get a mail at each. Whom else to tell is set at the budget afterwards."
              : "Each is told once a period."
          }
          expected={expected("alertThresholds") === undefined ? undefined : wrongPercents}
        />
        {hasDays && (
          <SelectField
            label="Days begin at midnight in"
            value={timeZone}
            onChange={({ target }) => setTimeZone(target.value)}
          >
            {[...new Set([deviceZone(), "UTC", timeZone, ...zones])].map((one) => (
              <option key={one} value={one}>
                {one.replaceAll("_", " ")}
              </option>
            ))}
          </SelectField>
        )}
        <BudgetPreview written={written} subject={subject?.name ?? name} />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : budget === undefined ? "Set it" : "Save"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
