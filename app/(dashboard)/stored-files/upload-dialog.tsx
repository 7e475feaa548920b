"use client";

import { useState } from "react";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { SelectField, TextField } from "../../_ui/field.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { useUploadFile } from "./use-upload-file.ts";

const vendors = { openai: "OpenAI", anthropic: "Anthropic" } as const;

/** What OpenAI is told that a file is for. */
const purposes = {
  user_data: "Calls that refer to it",
  batch: "A batch of requests",
  "fine-tune": "Training a model",
  evals: "Evaluations",
} as const;

const mostBytes = 512 * 1024 * 1024;

/** Asks for a file, and for whom it is. */
export const UploadDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const { busy, refusal, run } = useSubmit();
  const upload = useUploadFile();
  const [file, setFile] = useState<File>();
  const [vendor, setVendor] = useState<keyof typeof vendors>("openai");
  const [purpose, setPurpose] = useState<string>("user_data");
  const tooLarge = file !== undefined && file.size > mostBytes;
  return (
    <Modal open onClose={onClose} title="Upload a file" description="Its vendor keeps it; that costs nothing.">
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (file === undefined || tooLarge) return;
          run(async () => {
            await upload({ file, vendor, purpose });
            onClose();
          });
        }}
      >
        <RefusalNotice refusal={refusal} />
        <TextField label="File" type="file" required onChange={({ target }) => setFile(target.files?.[0])} />
        {tooLarge && <p className="text-sm text-bad">A file has at most 512 MB.</p>}
        <SelectField
          label="Kept by"
          value={vendor}
          onChange={({ target }) => setVendor(target.value === "anthropic" ? "anthropic" : "openai")}
        >
          {Object.entries(vendors).map(([id, name]) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
        {vendor === "openai" && (
          <SelectField label="For" value={purpose} onChange={({ target }) => setPurpose(target.value)}>
            {Object.entries(purposes).map(([id, name]) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        )}
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            Close
          </Button>
          <Button look="primary" type="submit" disabled={busy || file === undefined || tooLarge}>
            {busy ? "Uploading…" : "Upload"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
