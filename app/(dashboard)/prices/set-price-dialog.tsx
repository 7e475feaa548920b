"use client";

import { useState } from "react";
import type { NexusInputs } from "@topolo/nexus-client";
import { AuthRefusal } from "../../_auth-api/auth-refusal.ts";
import type { ListedPrice, PricePreview } from "../../_data/answers.ts";
import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { addDays, beginOfDay, dayIn } from "../../_data/zoned-days.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { FullTime } from "../../_ui/time.tsx";
import { useTimeZone } from "../../_ui/use-time-zone.ts";
import { parseDollars } from "../../_ui/parse-dollars.ts";
import { showToast } from "../../_ui/toast.ts";
import { administersAll } from "../administers-all.ts";
import { typedDollars } from "../budgets/budget-words.ts";
import { priceWords, unitWords } from "./price-words.ts";

type Written = NexusInputs["usage"]["prices"]["set"];
type PriceClass = ListedPrice["unitClass"];

interface SetPriceDialogProps {
  readonly vendor: string;
  readonly model: string;
  readonly present: readonly ListedPrice[];
  /** What has no price, to be priced. */
  readonly also?: readonly PriceClass[];
  readonly onClose: () => void;
}

const wrongDay = "a day after today, or nothing";
const wrongAmount = "an amount of USD, for example 2.50, or nothing";

const typed = (price: ListedPrice | undefined): string => {
  const nanos = price?.nanosPerMillion ?? undefined;
  return nanos === undefined ? "" : typedDollars(nanos);
};

interface PreviewProps {
  readonly preview: PricePreview;
  /** It holds later, not at once. */
  readonly scheduled: boolean;
}

const Preview = ({ preview: { changes, callsOfMonth, effectiveFrom }, scheduled }: PreviewProps) => (
  <section aria-label="What changes" className="rounded-lg bg-raised px-4 py-3 text-sm">
    {scheduled && (
      <p className="mb-1 text-muted">
        From <FullTime at={effectiveFrom} /> on:
      </p>
    )}
    {changes.length === 0 ? (
      <p>Nothing changes.</p>
    ) : (
      <ul className="space-y-1">
        {changes.map(({ unitClass, before, after }) => (
          <li key={unitClass} className="tabular-nums">
            {unitWords(unitClass)}: {priceWords({ unitClass, nanosPerMillion: before })} →{" "}
            <strong className="font-medium">{priceWords({ unitClass, nanosPerMillion: after })}</strong>
          </li>
        ))}
      </ul>
    )}
    <p className="mt-2 text-muted">
      {callsOfMonth !== null && `The organization called it ${callsOfMonth.toLocaleString("en-US")} times in 30 days. `}
      Calls that were made before keep their prices.
    </p>
  </section>
);

/** Sets prices of a model on top of the list, or ends what was set, and shows first what that changes. */
export const SetPriceDialog = ({ vendor, model, present, also = [], onClose }: SetPriceDialogProps) => {
  const { session } = useSession();
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const [shown, setShown] = useState<{ readonly written: Written; readonly preview: PricePreview }>();
  const organization = session?.organization;
  const [zone] = useTimeZone();
  const [tomorrow] = useState(() => addDays(dayIn(zone, new Date()), 1));
  const base = present.filter(({ aboveInputTokens, billedAs }) => aboveInputTokens === 0 && billedAs === null);
  const classes = [...new Set<PriceClass>([...base.map(({ unitClass }) => unitClass), ...also])];
  const offered = classes.length === 0 ? (["input", "output"] as const) : classes;
  const priceIn = (unitClass: PriceClass): ListedPrice | undefined =>
    base.find((price) => price.unitClass === unitClass);
  const title = `Set prices of ${vendor}/${model}`;

  const written = (form: FormData): Written => {
    const prices = offered.flatMap((unitClass): (readonly [PriceClass, string | null])[] => {
      const text = formText(form, unitClass).trim();
      const before = priceIn(unitClass);
      if (text === "") return before && before.source !== "catalogue" ? [[unitClass, null]] : [];
      const nanos = parseDollars(text);
      if (nanos === undefined)
        throw new AuthRefusal("invalid_request", { issues: [{ field: unitClass, expected: wrongAmount }] });
      return nanos === before?.nanosPerMillion ? [] : [[unitClass, nanos]];
    });
    if (prices.length === 0)
      throw new AuthRefusal("nothing_changed", {
        words: "Change one price at least. Empty one that was set to end it.",
      });
    const from = formText(form, "effectiveFrom");
    if (from !== "" && from < tomorrow)
      throw new AuthRefusal("invalid_request", { issues: [{ field: "effectiveFrom", expected: wrongDay }] });
    const everyone = formText(form, "for") === "everyone";
    return {
      vendor,
      model,
      organizationId: everyone ? null : (organization?.id ?? null),
      prices: Object.fromEntries(prices),
      ...(from === "" ? {} : { effectiveFrom: beginOfDay(zone, from).toISOString() }),
    };
  };

  const save = submit(async (form) => {
    if (shown === undefined) {
      const next = written(form);
      const preview = await change((nexus) => nexus.usage.prices.preview.mutate(next));
      setShown({ written: next, preview });
      return;
    }
    await change((nexus) => nexus.usage.prices.set.mutate(shown.written));
    const from =
      shown.written.effectiveFrom === undefined
        ? "They hold from the next call on."
        : "They hold from the day on that was chosen.";
    showToast({ title: "The prices are set", description: from });
    onClose();
  });

  return (
    <Modal open onClose={onClose} title={title} description="USD a million units, in every process.">
      <form onSubmit={save} onChange={() => setShown(undefined)} aria-label={title} className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        {administersAll(session) && (
          <SelectField label="For whom" name="for" defaultValue="everyone">
            <option value="everyone">Every organization</option>
            <option value="organization">{organization?.name ?? "This organization"}</option>
          </SelectField>
        )}
        <div className="grid gap-4 sm:grid-cols-2">
          {offered.map((unitClass, at) => {
            const before = priceIn(unitClass);
            return (
              <FormField
                key={unitClass}
                label={unitWords(unitClass)}
                name={unitClass}
                inputMode="decimal"
                defaultValue={typed(before)}
                autoComplete="off"
                first={at === 0}
                hint={before && before.source !== "catalogue" ? "Was set; empty it to end that." : undefined}
                expected={expected(unitClass)}
              />
            );
          })}
        </div>
        <FormField
          label="Hold from (optional)"
          name="effectiveFrom"
          type="date"
          min={tomorrow}
          hint={`From the beginning of that day on, in ${zone}. Without one, from the next call on.`}
          expected={expected("effectiveFrom")}
        />
        {shown && <Preview preview={shown.preview} scheduled={shown.written.effectiveFrom !== undefined} />}
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : shown === undefined ? "See what changes" : "Set them"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
