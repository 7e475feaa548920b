"use client";

import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { showToast } from "../../_ui/toast.ts";
import { cardOf, draftFields, draftOf, type EditedRouting, type ShownPreferences } from "./routing-changes.ts";

interface SaveBarProps {
  readonly stored: ShownPreferences;
  readonly draft: EditedRouting;
  /** What saving changes, a sentence each. */
  readonly changes: readonly string[];
  readonly onDiscard: () => void;
  readonly onStored: (stored: ShownPreferences) => void;
  readonly onRefused: () => void;
}

/** Says what is not saved yet and what saving it changes; stays in sight while the page is scrolled. */
export const SaveBar = ({ stored, draft, changes, onDiscard, onStored, onRefused }: SaveBarProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, run } = useSubmit();
  const save = async (): Promise<void> => {
    const fields = draftFields(draftOf(stored), draft);
    const asked = change((nexus) => nexus.preferences.set.mutate({ ...fields, revision: stored.revision }));
    asked.catch(onRefused);
    onStored(await asked);
    showToast({ title: "Calls are routed by the new preferences" });
  };
  return (
    <section
      aria-label="Unsaved changes"
      className="sticky bottom-4 z-10 space-y-2 rounded-xl border border-accent bg-surface px-5 py-4 shadow-float"
    >
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">Not saved yet</h2>
        <div className="flex gap-2">
          <Button look="quiet" disabled={busy} onClick={onDiscard}>
            Discard
          </Button>
          <Button look="primary" disabled={busy} onClick={() => run(save)}>
            {busy ? "One moment…" : "Save the preferences"}
          </Button>
        </div>
      </div>
      <ul className="max-h-32 list-disc space-y-0.5 overflow-y-auto pl-5 text-sm wrap-anywhere">
        {changes.map((words) => (
          <li key={words}>{words}</li>
        ))}
      </ul>
      <RefusalNotice refusal={refusal} />
      {refusal && refusal.issues.length > 0 && (
        <ul className="text-sm text-bad">
          {refusal.issues.map(({ field, expected }) => (
            <li key={field}>
              {cardOf(field)}: expected {expected}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
};
