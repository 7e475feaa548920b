"use client";

import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { Modal } from "../../_ui/modal.tsx";

const overlaps = [
  { seconds: 0, words: "stops at once" },
  { seconds: 3_600, words: "works for another hour" },
  { seconds: 86_400, words: "works for another day" },
  { seconds: 604_800, words: "works for another week" },
] as const;

interface ReplaceDialogProps {
  readonly name: string;
  /** "key", "token" */
  readonly thing: string;
  readonly replace: (overlapSeconds: number) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks for how long the old one goes on beside the new one. */
export const ReplaceDialog = ({ name, thing, replace, onClose }: ReplaceDialogProps) => {
  const { busy, refusal, submit } = useSubmit();
  return (
    <Modal
      open
      onClose={onClose}
      title={`Replace ${name}?`}
      description={`A new ${thing} that may do the same is made and shown once. Meanwhile the old one goes on, so that you can change it where it is used.`}
    >
      <form
        aria-label={`Replace ${name}`}
        className="space-y-4"
        onSubmit={submit((form) => replace(Number(formText(form, "overlap"))))}
      >
        <RefusalNotice refusal={refusal} />
        <SelectField label={`The old ${thing}`} name="overlap" defaultValue="86400">
          {overlaps.map(({ seconds, words }) => (
            <option key={seconds} value={seconds}>
              {words}
            </option>
          ))}
        </SelectField>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Keep it
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : "Replace"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
