"use client";

import { outranks } from "@topolo/auth-client";
import { useState } from "react";
import { useSession } from "../../_session/session-provider.tsx";
import { Button } from "../../_ui/button.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { whenOpened } from "../../_ui/when-opened.tsx";

const MakeKeyDialog = whenOpened(() => import("../keys/make-key-dialog.tsx").then((module) => module.MakeKeyDialog));

interface KeyOfExamplesProps {
  /** One that was made on this page. */
  readonly apiKey: string | undefined;
  readonly onMade: (apiKey: string) => void;
  readonly onForget: () => void;
}

/** The key that the examples have: none, or one that was just made. It is kept by nobody, and gone with the page. */
export const KeyOfExamples = ({ apiKey, onMade, onForget }: KeyOfExamplesProps) => {
  const { session } = useSession();
  const [making, setMaking] = useState(false);
  const mayHold = session !== undefined && session.role !== "guest";
  return (
    <div className="min-w-0">
      <dt className="mb-1 text-sm font-medium text-muted">API key</dt>
      <dd className="space-y-2">
        {apiKey !== undefined && (
          <>
            <p className="flex items-start gap-1 rounded-lg bg-raised px-3 py-2">
              <code aria-label="API key" className="min-w-0 grow font-mono text-xs break-all">
                {apiKey}
              </code>
              <CopyButton text={apiKey} label="Copy the API key" />
            </p>
            <p className="text-sm text-pretty text-muted">
              It stands in the examples, and is not shown again once you leave this page.{" "}
              <button type="button" className="font-medium text-accent hover:underline" onClick={onForget}>
                Take it out
              </button>
            </p>
          </>
        )}
        {apiKey === undefined && mayHold && <Button onClick={() => setMaking(true)}>Make a key</Button>}
        {apiKey === undefined && !mayHold && (
          <p className="text-sm text-pretty text-muted">Guests have no keys. Ask an owner for another role.</p>
        )}
      </dd>
      {making && session && (
        <MakeKeyDialog
          forOrganization={outranks(session.role, "member")}
          onClose={() => setMaking(false)}
          onMade={(made) => {
            setMaking(false);
            onMade(made.apiKey);
          }}
        />
      )}
    </div>
  );
};
