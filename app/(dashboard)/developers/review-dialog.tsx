"use client";

import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { useAskAuth } from "../../_data/use-auth-answer.ts";
import { Button } from "../../_ui/button.tsx";
import { SelectField, TextField } from "../../_ui/field.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { showToast } from "../../_ui/toast.ts";
import { useStepUp } from "../security/user/_account/step-up.tsx";
import { nextStatuses, statusMeans, type Developer } from "./developer-answers.ts";

interface ReviewDialogProps {
  readonly developer: Developer;
  readonly onClose: () => void;
  readonly onReviewed: () => void;
}

/** An operator's decision about somebody who builds apps. */
export const ReviewDialog = ({ developer, onClose, onReviewed }: ReviewDialogProps) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, submit } = useSubmit();
  const { id, name, status, notes } = developer;
  const review = submit(async (form) => {
    const next = formText(form, "status");
    const change = { ...(next === status ? {} : { status: next }), notes: formText(form, "notes").trim() };
    await withStepUp(() => ask("PATCH", `/api/developers/${encodeURIComponent(id)}/status`, change));
    showToast({ title: `${name}: ${next}` });
    onReviewed();
  });
  return (
    <Modal open onClose={onClose} title={`Review ${name}`} description={developer.email}>
      <form onSubmit={review} className="space-y-4">
        <RefusalNotice refusal={refusal} />
        <SelectField label="Status" name="status" defaultValue={status}>
          {[status, ...nextStatuses[status]].map((each) => (
            <option key={each} value={each}>
              {each}: {statusMeans[each].toLowerCase()}
            </option>
          ))}
        </SelectField>
        <TextField label="Notes, for operators alone" name="notes" defaultValue={notes} maxLength={4_000} />
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
