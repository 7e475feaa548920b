"use client";

import type { Role } from "@topolo/auth-client";
import { useState } from "react";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { useSubmit } from "../../_forms/use-submit.ts";
import { useAskAuth } from "../../_data/use-auth-answer.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { CopyButton } from "../../_ui/copy-button.tsx";
import { useStepUp } from "../security/user/_account/step-up.tsx";
import { ConfirmRemoval } from "../security/user/_parts/confirm-removal.tsx";
import { roleName, type Member } from "./organization-people.ts";

interface MemberRowProps {
  readonly member: Member;
  readonly path: string;
  readonly isSelf: boolean;
  /** Roles the viewer may give. */
  readonly grantable: readonly Role[];
  readonly onChanged: () => void;
}

/** One person of the organization, with what the viewer may change about them. */
export const MemberRow = ({ member, path, isSelf, grantable, onChanged }: MemberRowProps) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, run } = useSubmit();
  const [removing, setRemoving] = useState(false);
  const { userId, email, name, role, suspended } = member;
  const shown = name || email;
  const changeable = !isSelf && grantable.includes(role);
  const change = (body: object): void =>
    run(async () => {
      await withStepUp(() => ask("PATCH", path, body));
      onChanged();
    });
  return (
    <li className="border-t border-line py-3 first:border-t-0">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 grow basis-48">
          <p className="flex flex-wrap items-center gap-2 font-medium break-words">
            <bdi>{shown}</bdi>
            <CopyButton text={userId} label={`Copy the id of ${shown}`} className="-my-1" />
            {isSelf && <Badge tone="accent">you</Badge>}
            {suspended && <Badge tone="warn">suspended</Badge>}
          </p>
          <p className="text-sm break-all text-muted">
            <bdi>{email}</bdi>
          </p>
        </div>
        {changeable ? (
          <div className="flex flex-wrap items-center gap-2 sm:gap-4">
            <select
              aria-label={`Role of ${shown}`}
              value={role}
              disabled={busy}
              onChange={({ currentTarget }) => change({ role: currentTarget.value })}
              className="min-h-9 rounded-lg border border-line-strong bg-surface px-2 text-ink"
            >
              {grantable.map((each) => (
                <option key={each} value={each}>
                  {roleName(each)}
                </option>
              ))}
            </select>
            <Button
              look="quiet"
              disabled={busy}
              aria-label={`${suspended ? "Reactivate" : "Suspend"} ${shown}`}
              onClick={() => change({ status: suspended ? "active" : "suspended" })}
            >
              {suspended ? "Reactivate" : "Suspend"}
            </Button>
            <Button look="quiet" disabled={busy} aria-label={`Remove ${shown}`} onClick={() => setRemoving(true)}>
              Remove
            </Button>
          </div>
        ) : (
          <span className="text-muted">{roleName(role)}</span>
        )}
      </div>
      <RefusalNotice refusal={refusal} />
      {removing && (
        <ConfirmRemoval
          title={`Remove ${shown}?`}
          description="They lose what this organization gives them at once. Their account stays."
          action="Remove"
          onClose={() => setRemoving(false)}
          remove={async () => {
            await ask("DELETE", path);
            onChanged();
          }}
        />
      )}
    </li>
  );
};
