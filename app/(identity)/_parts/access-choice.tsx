"use client";

import { useState } from "react";
import type { ConsentDecision, Interaction } from "../../_auth-api/interactions.ts";
import { AccessRequest } from "./access-request.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { WideButton } from "./wide-button.tsx";

interface AccessChoiceProps {
  readonly interaction: Interaction;
  /** Said right above the buttons. */
  readonly warning?: string;
  readonly busy: boolean;
  readonly onDecide: (decision: ConsentDecision) => void;
}

/** What is asked for, what of it is left out, and yes and no, of equal size. */
export const AccessChoice = ({ interaction, warning, busy, onDecide }: AccessChoiceProps) => {
  const [unticked, setUnticked] = useState<ReadonlySet<string>>(new Set());
  const tick = (name: string, ticked: boolean): void =>
    setUnticked((before) => new Set(ticked ? [...before].filter((each) => each !== name) : [...before, name]));
  const organizationId = interaction.organization?.id ?? null;
  const scopes = interaction.scopes.map(({ name }) => name).filter((name) => !unticked.has(name));
  return (
    <>
      <AccessRequest interaction={interaction} unticked={unticked} onTick={tick} />
      {warning !== undefined && <Notice tone="warn">{warning}</Notice>}
      <div className="grid grid-cols-2 gap-3">
        <WideButton busy={busy} onClick={() => onDecide({ decision: "deny" })}>
          Deny
        </WideButton>
        <WideButton look="primary" busy={busy} onClick={() => onDecide({ decision: "allow", scopes, organizationId })}>
          Allow
        </WideButton>
      </div>
    </>
  );
};
