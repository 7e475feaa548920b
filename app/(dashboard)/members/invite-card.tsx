"use client";

import type { Role } from "@topolo/auth-client";
import { useState } from "react";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { useAskAuth, useAuthAnswer } from "../../_data/use-auth-answer.ts";
import { Badge } from "../../_ui/badge.tsx";
import { Button } from "../../_ui/button.tsx";
import { Card } from "../../_ui/card.tsx";
import { SelectField } from "../../_ui/field.tsx";
import { TimeAgo } from "../../_ui/time.tsx";
import { useStepUp } from "../security/user/_account/step-up.tsx";
import { Loaded } from "../security/user/_parts/loaded.tsx";
import { readInvitations, roleName } from "./organization-people.ts";

interface InviteCardProps {
  readonly organizationId: string;
  readonly grantable: readonly Role[];
}

/** Asks people in by mail, and shows who has not answered yet. */
export const InviteCard = ({ organizationId, grantable }: InviteCardProps) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const path = `/api/organizations/${encodeURIComponent(organizationId)}/invitations`;
  const answer = useAuthAnswer(path, readInvitations);
  const { busy, refusal, expected, run, submit } = useSubmit();
  const [invited, setInvited] = useState<readonly string[]>([]);
  const invite = submit(async (form) => {
    const email = formText(form, "email").trim();
    await withStepUp(() => ask("POST", path, { email, role: formText(form, "role") }));
    setInvited((before) => [...before, email]);
    answer.reload();
  });
  const withdraw = (id: string): void =>
    run(async () => {
      await ask("DELETE", `${path}/${encodeURIComponent(id)}`);
      answer.reload();
    });
  return (
    <Card title="Invite">
      <form key={invited.length} onSubmit={invite} aria-label="Invite somebody" className="space-y-4">
        <RefusalNotice refusal={refusal} />
        <FormField
          label="E-mail address"
          name="email"
          type="email"
          autoComplete="off"
          required
          maxLength={254}
          expected={expected("email")}
        />
        <SelectField label="Role" name="role" defaultValue={grantable.includes("member") ? "member" : grantable.at(-1)}>
          {grantable.map((role) => (
            <option key={role} value={role}>
              {roleName(role)}
            </option>
          ))}
        </SelectField>
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" look="primary" disabled={busy}>
            {busy ? "One moment…" : "Send the invitation"}
          </Button>
          <output className="text-sm break-all text-good">
            {invited.length > 0 && !busy && refusal === undefined && `Invited ${invited.at(-1)}`}
          </output>
        </div>
      </form>
      <h3 className="mt-6 text-sm font-medium text-muted">Open invitations</h3>
      <Loaded answer={answer} label="Invitations">
        {(invitations) =>
          invitations.length === 0 ? (
            <p className="py-2">None.</p>
          ) : (
            <ul aria-label="Open invitations">
              {invitations.map(({ id, invited: person, role, expired, createdAt }) => (
                <li
                  key={id}
                  className="flex flex-wrap items-center gap-x-4 gap-y-1 border-t border-line py-3 first:border-t-0"
                >
                  <div className="min-w-0 grow basis-40">
                    <p className="flex flex-wrap items-center gap-2 break-all">
                      {person} <Badge>{roleName(role)}</Badge>
                      {expired && <Badge tone="warn">expired</Badge>}
                    </p>
                    <p className="text-sm text-muted">
                      Sent <TimeAgo at={createdAt} />
                    </p>
                  </div>
                  <Button
                    look="quiet"
                    disabled={busy}
                    aria-label={`Withdraw the invitation of ${person}`}
                    onClick={() => withdraw(id)}
                  >
                    Withdraw
                  </Button>
                </li>
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
};
