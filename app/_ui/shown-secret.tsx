"use client";

import { CopyButton } from "./copy-button.tsx";

/** A secret as it is copied, with the button that does it. */
export const ShownSecret = ({ name, text }: { readonly name: string; readonly text: string }) => (
  <div className="flex items-start gap-2 rounded-lg bg-raised p-4">
    <code aria-label={name} className="min-w-0 grow font-mono text-sm break-all">
      {text}
    </code>
    <CopyButton text={text} label={`Copy the ${name}`} />
  </div>
);
