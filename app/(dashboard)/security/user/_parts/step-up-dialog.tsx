"use client";

import { useState } from "react";
import { FormField } from "../../../../(identity)/_parts/form-field.tsx";
import { RefusalNotice } from "../../../../(identity)/_parts/notice.tsx";
import { PasswordField } from "../../../../(identity)/_parts/password-field.tsx";
import { textOf, useSubmit } from "../../../../(identity)/_flow/use-submit.ts";
import type { AskAuthAs } from "../../../../_data/ask-auth-as.ts";
import { useAuthAnswer } from "../../../../_data/use-auth-answer.ts";
import { Button } from "../../../../_ui/button.tsx";
import { SelectField } from "../../../../_ui/field.tsx";
import { Modal } from "../../../../_ui/modal.tsx";
import { readSecondFactors, type SecondFactors } from "../_account/account.ts";
import { stepUpWithPasskey } from "../_account/passkeys.ts";

interface StepUpDialogProps {
  readonly ask: AskAuthAs;
  readonly onConfirmed: () => void;
  readonly onClose: () => void;
}

type Way = "password" | "totp" | "recovery_code";

const waysOf = (factors: SecondFactors | undefined): readonly (readonly [Way, string])[] => [
  ["password", "Password"],
  ...(factors?.totpConfirmedAt === undefined ? [] : ([["totp", "Authenticator app"]] as const)),
  ...((factors?.recoveryCodesLeft ?? 0) > 0 ? ([["recovery_code", "Recovery code"]] as const) : []),
];

/** Asks who is there, in whichever way the account knows. */
export const StepUpDialog = ({ ask, onConfirmed, onClose }: StepUpDialogProps) => {
  const { data: factors } = useAuthAnswer("/api/me/mfa", readSecondFactors);
  const { busy, refusal, run, submit } = useSubmit();
  const [way, setWay] = useState<Way>("password");
  const ways = waysOf(factors);

  const byForm = submit(async (form) => {
    const proof =
      way === "password" ? { password: textOf(form, "proof") } : { method: way, code: textOf(form, "proof").trim() };
    await ask("POST", "/api/me/reauthenticate", proof);
    onConfirmed();
  });
  const byPasskey = (): void =>
    run(async () => {
      await stepUpWithPasskey(ask);
      onConfirmed();
    });

  return (
    <Modal
      open
      onClose={onClose}
      title="Confirm that it is you"
      description="This changes how you sign in. Show once more who you are; it holds for ten minutes."
    >
      <div className="space-y-4">
        <RefusalNotice refusal={refusal} />
        {(factors?.passkeys ?? 0) > 0 && (
          <Button look="primary" disabled={busy} onClick={byPasskey} className="min-h-10 w-full">
            Use a passkey
          </Button>
        )}
        <form onSubmit={byForm} aria-label="Confirm that it is you" className="space-y-4">
          {ways.length > 1 && (
            <SelectField
              label="Confirm with"
              value={way}
              onChange={({ currentTarget }) =>
                setWay(ways.find(([id]) => id === currentTarget.value)?.[0] ?? "password")
              }
            >
              {ways.map(([id, label]) => (
                <option key={id} value={id}>
                  {label}
                </option>
              ))}
            </SelectField>
          )}
          {way === "password" ? (
            <PasswordField label="Your password" name="proof" autoComplete="current-password" first />
          ) : (
            <FormField
              key={way}
              label={way === "totp" ? "Six digits from your app" : "One of your recovery codes"}
              name="proof"
              required
              first
              maxLength={64}
              autoComplete="one-time-code"
              inputMode={way === "totp" ? "numeric" : "text"}
            />
          )}
          <div className="flex justify-end gap-2">
            <Button look="quiet" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" look="primary" disabled={busy}>
              {busy ? "Checking…" : "Confirm"}
            </Button>
          </div>
        </form>
      </div>
    </Modal>
  );
};
