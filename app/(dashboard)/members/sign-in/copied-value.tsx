"use client";

import { CopyButton } from "../../../_ui/copy-button.tsx";

/** A value that is pasted somewhere else, with its name and a button that copies it. */
export const CopiedValue = ({ label, value }: { readonly label: string; readonly value: string }) => (
  <div className="flex items-center gap-2 rounded-lg bg-raised px-3 py-1.5">
    <dl className="min-w-0 grow">
      <dt className="text-xs text-muted">{label}</dt>
      <dd className="font-mono text-sm break-all">{value}</dd>
    </dl>
    <CopyButton text={value} label={`Copy ${label}`} />
  </div>
);
