"use client";

import { useChangeAtNexus } from "../../../_data/use-change-at-nexus.ts";
import { formText, useSubmit } from "../../../_forms/use-submit.ts";
import { FormField } from "../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { Button } from "../../../_ui/button.tsx";
import { SelectField } from "../../../_ui/field.tsx";
import { Modal } from "../../../_ui/modal.tsx";
import { streamChoices } from "./suppression-words.ts";

interface AddSuppressionDialogProps {
  readonly onAdded: () => void;
  readonly onClose: () => void;
}

/** Leaves an address out of the organization's mail. */
export const AddSuppressionDialog = ({ onAdded, onClose }: AddSuppressionDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const add = submit(async (form) => {
    const note = formText(form, "note").trim();
    const stream = streamChoices.find(({ value }) => value === formText(form, "stream"))?.value ?? "any";
    await change((nexus) =>
      nexus.email.suppressions.add.mutate({
        address: formText(form, "address").trim(),
        stream,
        ...(note === "" ? {} : { note }),
      }),
    );
    onAdded();
  });
  return (
    <Modal
      open
      onClose={onClose}
      title="Suppress an address"
      description="Nothing is sent to it from now on. Codes and password resets still are."
    >
      <form onSubmit={add} aria-label="Suppress an address" className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        <FormField
          label="Address"
          name="address"
          type="email"
          required
          first
          maxLength={254}
          autoComplete="off"
          expected={expected("address")}
        />
        <SelectField label="In" name="stream" defaultValue="any">
          {streamChoices.map(({ value, label }) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </SelectField>
        <FormField label="Note (optional)" name="note" maxLength={500} autoComplete="off" expected={expected("note")} />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : "Suppress it"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
