"use client";

import { Combobox } from "@base-ui/react/combobox";
import { useId, useState } from "react";
import { useSettled } from "../../_data/use-settled.ts";
import type { BudgetSubject, SubjectScope } from "./use-subjects.ts";
import { useSubjects } from "./use-subjects.ts";

const settleMs = 200;

const labels: Readonly<Record<SubjectScope, string>> = { app: "App", user: "Person", key: "API key or service token" };

interface SubjectPickerProps {
  readonly scope: SubjectScope;
  readonly value: BudgetSubject | undefined;
  /** What was expected, where the choice was refused. */
  readonly expected: string | undefined;
  readonly onChoose: (subject: BudgetSubject | undefined) => void;
}

/** Chooses an app, a person or a key by name; a known id can be typed, too. */
export const SubjectPicker = ({ scope, value, expected, onChoose }: SubjectPickerProps) => {
  const id = useId();
  const [typed, setTyped] = useState("");
  const search = useSettled(typed.trim(), settleMs);
  const found = useSubjects(scope, value?.name === typed ? "" : search);
  const byId = new Map(found?.map((subject) => [subject.id, subject]));
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium text-muted">
        {labels[scope]}
      </label>
      <Combobox.Root
        items={[...byId.keys()]}
        filter={null}
        value={value?.id ?? null}
        inputValue={typed}
        itemToStringLabel={(one: string) => byId.get(one)?.name ?? one}
        onInputValueChange={setTyped}
        onValueChange={(next) => {
          const chosen = next === null ? undefined : byId.get(next);
          setTyped(chosen?.name ?? "");
          onChoose(chosen);
        }}
      >
        <Combobox.Input
          id={id}
          placeholder="Search by name or id"
          maxLength={100}
          aria-invalid={expected !== undefined || undefined}
          aria-describedby={expected === undefined ? undefined : `${id}-error`}
          className="min-h-10 w-full rounded-lg border border-line-strong bg-surface px-3 py-1.5 placeholder:text-muted focus-visible:outline-offset-0"
        />
        <Combobox.Portal>
          <Combobox.Positioner align="start" sideOffset={6} collisionPadding={8} className="z-50">
            <Combobox.Popup className="max-h-72 w-(--anchor-width) animate-slide-up overflow-y-auto overscroll-contain rounded-xl border border-line bg-surface p-1.5 shadow-float outline-none">
              <Combobox.Empty className="px-3 py-2 text-sm text-muted empty:hidden">
                {found === undefined ? "One moment…" : "Nobody and nothing is called that."}
              </Combobox.Empty>
              <Combobox.List className="empty:hidden">
                {(one: string) => (
                  <Combobox.Item
                    key={one}
                    value={one}
                    className="min-h-9 rounded-md px-2.5 py-1 outline-none data-highlighted:bg-raised"
                  >
                    <bdi className="block truncate">{byId.get(one)?.name}</bdi>
                    <span className="block truncate text-xs text-muted">{byId.get(one)?.detail}</span>
                  </Combobox.Item>
                )}
              </Combobox.List>
            </Combobox.Popup>
          </Combobox.Positioner>
        </Combobox.Portal>
      </Combobox.Root>
      {expected !== undefined && (
        <p id={`${id}-error`} className="mt-1 text-sm text-bad">
          Please choose {expected}.
        </p>
      )}
    </div>
  );
};
