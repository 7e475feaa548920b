"use client";

import { useChangeAtNexus } from "../../_data/use-change-at-nexus.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { Modal } from "../../_ui/modal.tsx";

interface AddWebhookDialogProps {
  readonly onAdded: (secret: string) => void;
  readonly onClose: () => void;
}

/** Adds an address that can be told of alerts. */
export const AddWebhookDialog = ({ onAdded, onClose }: AddWebhookDialogProps) => {
  const change = useChangeAtNexus();
  const { busy, refusal, expected, submit } = useSubmit();
  const add = submit(async (form) => {
    const { secret } = await change((nexus) =>
      nexus.usage.webhooks.create.mutate({
        label: formText(form, "label").trim(),
        url: formText(form, "url").trim(),
      }),
    );
    onAdded(secret);
  });
  return (
    <Modal open onClose={onClose} title="Add a webhook" description="Its signing secret is shown once it is added.">
      <form onSubmit={add} aria-label="Add a webhook" className="space-y-4" noValidate>
        <RefusalNotice refusal={refusal} />
        <FormField
          label="Name"
          name="label"
          required
          first
          maxLength={100}
          autoComplete="off"
          expected={expected("label")}
        />
        <FormField
          label="Address"
          name="url"
          type="url"
          placeholder="https://example.com/hooks/nexus"
          required
          maxLength={2000}
          autoComplete="off"
          expected={expected("url")}
        />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : "Add it"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
