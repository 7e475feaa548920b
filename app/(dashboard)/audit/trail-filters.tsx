"use client";

import { lazy } from "react";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { administersAll } from "../administers-all.ts";
import { ChoicePicker } from "../choice-picker.tsx";
import { RangeField } from "../range-field.tsx";
import type { AuditChoice } from "./audit-choice.ts";
import { useAuditName } from "./use-audit-values.ts";

const AuditValueList = lazy(() =>
  import("./audit-value-list.tsx").then((module) => ({ default: module.AuditValueList })),
);

interface TrailFiltersProps {
  readonly choice: AuditChoice;
  readonly onChoose: (choice: AuditChoice) => void;
  /** What the thing is called of which alone the changes are shown. */
  readonly targetName: string | undefined;
}

/** Whose changes are looked at, who made them, what they were and when. */
export const TrailFilters = ({ choice, onChoose, targetName }: TrailFiltersProps) => {
  const { session } = useSession();
  const { whose } = choice;
  const set = (name: keyof AuditChoice, value: string | undefined): void => {
    const { [name]: _, ...others } = choice;
    onChoose(value === undefined || value === "" ? others : { ...others, [name]: value });
  };
  const pickers = [
    { of: "actor", label: "Who", shown: useAuditName("actor", choice.actor, whose) },
    { of: "action", label: "What", shown: useAuditName("action", choice.action, whose) },
  ] as const;
  return (
    <search aria-label="Changes" className="flex flex-wrap items-end gap-3">
      {administersAll(session) && (
        <SelectField label="Of" value={whose ?? ""} onChange={({ target }) => set("whose", target.value)}>
          <option value="">This organization</option>
          <option value="platform">The whole platform</option>
        </SelectField>
      )}
      <RangeField value={choice.range} onChange={(value) => set("range", value)} />
      <SelectField label="Where" value={choice.log ?? ""} onChange={({ target }) => set("log", target.value)}>
        <option value="">Everywhere</option>
        <option value="nexus">Nexus</option>
        <option value="auth">People and sign-in</option>
      </SelectField>
      <fieldset className="flex min-h-10 min-w-0 flex-wrap items-center gap-2">
        <legend className="sr-only">Filters</legend>
        {pickers.map(({ of, label, shown }) => (
          <ChoicePicker
            key={of}
            label={label}
            value={choice[of]}
            shown={shown}
            onChoose={(value) => set(of, value)}
            renderList={(open) => <AuditValueList of={of} whose={whose} {...open} />}
          />
        ))}
        {choice.target !== undefined && (
          <Button title={choice.target} onClick={() => set("target", undefined)}>
            To <bdi className="max-w-40 truncate">{targetName ?? choice.target}</bdi>
            <span className="sr-only">: show changes to anything</span> ×
          </Button>
        )}
        <Button look="quiet" onClick={() => onChoose({})} disabled={Object.keys(choice).length === 0}>
          Clear
        </Button>
      </fieldset>
    </search>
  );
};
