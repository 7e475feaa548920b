"use client";

import { useState } from "react";
import { NewPasswordField } from "../../../../_forms/new-password-field.tsx";
import { Notice } from "../../../../_forms/notice.tsx";
import { RefusalNotice } from "../../../../_forms/refusal-notice.tsx";
import { PasswordField } from "../../../../_forms/password-field.tsx";
import { formText, useSubmit } from "../../../../_forms/use-submit.ts";
import { useAskAuth } from "../../../../_data/use-auth-answer.ts";
import { useSession } from "../../../../_session/session-provider.tsx";
import { Button } from "../../../../_ui/button.tsx";
import { Card } from "../../../../_ui/card.tsx";
import { useStepUp } from "../_account/step-up.tsx";

/** Another password: this session goes on, every other one ends. */
export const PasswordCard = ({ onChanged }: { readonly onChanged: () => void }) => {
  const ask = useAskAuth();
  const { auth } = useSession();
  const { withStepUp } = useStepUp();
  const { busy, refusal, expected, submit } = useSubmit();
  const [changes, setChanges] = useState(0);
  const change = submit(async (form) => {
    const body = { currentPassword: formText(form, "current"), newPassword: formText(form, "password") };
    await withStepUp(() => ask("POST", "/api/me/password", body));
    await auth.refresh();
    setChanges((count) => count + 1);
    onChanged();
  });
  return (
    <Card title="Password">
      <form key={changes} onSubmit={change} aria-label="Change your password" className="space-y-4">
        <RefusalNotice refusal={refusal} passwordAlone />
        {changes > 0 && <Notice tone="good">Changed. You were signed out everywhere else.</Notice>}
        <PasswordField
          label="Current password"
          name="current"
          autoComplete="current-password"
          expected={expected("currentPassword")}
        />
        <NewPasswordField label="New password" expected={expected("newPassword")} />
        <Button type="submit" disabled={busy}>
          {busy ? "Changing…" : "Change password"}
        </Button>
      </form>
    </Card>
  );
};
