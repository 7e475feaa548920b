"use client";

import { RefusalNotice } from "../../../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../../../_forms/use-submit.ts";
import { Button } from "../../../../_ui/button.tsx";
import { Modal } from "../../../../_ui/modal.tsx";

interface ConfirmRemovalProps {
  readonly title: string;
  readonly description: string;
  readonly action: string;
  readonly remove: () => Promise<void>;
  readonly onClose: () => void;
}

/** Asks once before something is gone. */
export const ConfirmRemoval = ({ title, description, action, remove, onClose }: ConfirmRemovalProps) => {
  const { busy, refusal, run } = useSubmit();
  return (
    <Modal open onClose={onClose} title={title} description={description}>
      <div className="space-y-4">
        <RefusalNotice refusal={refusal} />
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Keep it
          </Button>
          <Button
            disabled={busy}
            className="text-bad"
            onClick={() =>
              run(async () => {
                await remove();
                onClose();
              })
            }
          >
            {busy ? "One moment…" : action}
          </Button>
        </div>
      </div>
    </Modal>
  );
};
