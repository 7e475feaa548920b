"use client";

import { useRef, useState } from "react";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { Button } from "../../_ui/button.tsx";
import { SelectField, TextField } from "../../_ui/field.tsx";
import { Modal } from "../../_ui/modal.tsx";
import { useUploadFile } from "./use-upload-file.ts";

const gigabyte = 1024 ** 3;

/** Who keeps files, and how large one may be. */
const vendors = {
  openai: { name: "OpenAI", most: gigabyte / 2, said: "512 MB" },
  anthropic: {
    name: "Anthropic",
    most: (gigabyte * 500) / 1024,
    said: "500 MB",
  },
  google: {
    name: "Google, for 48 hours: films, too",
    most: 2 * gigabyte,
    said: "2 GB",
  },
} as const;
type VendorId = keyof typeof vendors;

const isVendorId = (id: string): id is VendorId => id in vendors;

/** What OpenAI is told that a file is for. */
const purposes = {
  user_data: "Calls that refer to it",
  batch: "A batch of requests",
  "fine-tune": "Training a model",
  evals: "Evaluations",
} as const;

/** Asks for a file, and for whom it is. */
export const UploadDialog = ({ onClose }: { readonly onClose: () => void }) => {
  const { busy, refusal, run } = useSubmit();
  const upload = useUploadFile();
  const [file, setFile] = useState<File>();
  const [vendor, setVendor] = useState<VendorId>("openai");
  const [purpose, setPurpose] = useState<string>("user_data");
  const [share, setShare] = useState<number>();
  const stop = useRef(new AbortController());
  const { most, said } = vendors[vendor];
  const tooLarge = file !== undefined && file.size > most;
  const close = () => {
    stop.current.abort();
    onClose();
  };
  return (
    <Modal open onClose={close} title="Upload a file" description="Its vendor keeps it; that costs nothing.">
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (file === undefined || tooLarge) return;
          run(async () => {
            setShare(0);
            stop.current = new AbortController();
            try {
              await upload({
                file,
                vendor,
                purpose: vendor === "openai" ? purpose : "user_data",
                onProgress: setShare,
                signal: stop.current.signal,
              });
            } finally {
              setShare(undefined);
            }
            onClose();
          });
        }}
      >
        <RefusalNotice refusal={refusal} />
        <TextField label="File" type="file" required onChange={({ target }) => setFile(target.files?.[0])} />
        {tooLarge && <p className="text-sm text-bad">A file has at most {said} there.</p>}
        <SelectField
          label="Kept by"
          value={vendor}
          onChange={({ target }) => isVendorId(target.value) && setVendor(target.value)}
        >
          {Object.entries(vendors).map(([id, { name }]) => (
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
        {share !== undefined && (
          <div className="space-y-1">
            <progress className="h-2 w-full accent-accent" value={share} aria-label="How much of it has left" />
            <p className="text-sm text-muted">
              {share < 1
                ? `${Math.floor(share * 100)} % sent`
                : `Sent; it goes on to ${vendors[vendor].name.split(",")[0]}…`}
            </p>
          </div>
        )}
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={close}>
            {busy ? "Stop" : "Close"}
          </Button>
          <Button look="primary" type="submit" disabled={busy || file === undefined || tooLarge}>
            {busy ? "Uploading…" : "Upload"}
          </Button>
        </div>
      </form>
    </Modal>
  );
};
