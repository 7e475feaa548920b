"use client";

import { useRef, useState } from "react";
import { authRefusalOf } from "../../../../_auth-api/auth-refusal.ts";
import { FormField } from "../../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../../_forms/refusal-notice.tsx";
import { PasswordField } from "../../../../_forms/password-field.tsx";
import { formText, useSubmit } from "../../../../_forms/use-submit.ts";
import type { AskAuthAs } from "../../../../_data/ask-auth-as.ts";
import { useAuthAnswer } from "../../../../_data/use-auth-answer.ts";
import { Button } from "../../../../_ui/button.tsx";
import { SelectField } from "../../../../_ui/field.tsx";
import { Modal } from "../../../../_ui/modal.tsx";
import { readSecondFactors } from "../_account/account.ts";
import { stepUpWithPasskey } from "../_account/passkeys.ts";
import { codeWays, nameOfWay, proofIn, type Way } from "../_account/step-up-ways.ts";

interface StepUpDialogProps {
  readonly ask: AskAuthAs;
  readonly onConfirmed: () => void;
  readonly onClose: () => void;
}

const descriptions = {
  one: "This change outlasts your session. Confirm that it is you; this is valid for ten minutes.",
  both: "This change outlasts your session, and your account has two factors. Show both; this is valid for ten minutes.",
} as const;

/** Asks who is there, in whichever way the account knows; in two where it asks for a second factor. */
export const StepUpDialog = ({ ask, onConfirmed, onClose }: StepUpDialogProps) => {
  const { data: factors } = useAuthAnswer("/api/me/mfa", readSecondFactors);
  const { busy, refusal, run, submit } = useSubmit();
  const [chosen, setChosen] = useState<Way>("password");
  const [refusedOne, setRefusedOne] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  const both = refusedOne || factors?.required === true || factors?.totpConfirmedAt !== undefined;
  const codes = factors || both ? codeWays(factors) : [];
  const ways: readonly Way[] = both ? codes : ["password", ...codes];
  const way = ways.includes(chosen) ? chosen : ways[0];
  const method = way === "password" ? undefined : way;
  const hasPasskey = (factors?.passkeys ?? 0) > 0;

  const show = async (shown: Promise<unknown>): Promise<void> => {
    try {
      await shown;
    } catch (error) {
      if (authRefusalOf(error).code === "second_factor_required") setRefusedOne(true);
      throw error;
    }
    onConfirmed();
  };
  const byPasskey = (): void =>
    run(() => show(stepUpWithPasskey(ask, form.current ? formText(new FormData(form.current), "password") : "")));
  const byForm = submit((data) =>
    show(
      both && method === undefined
        ? stepUpWithPasskey(ask, formText(data, "password"))
        : ask("POST", "/api/me/reauthenticate", proofIn(data, method)),
    ),
  );

  return (
    <Modal open onClose={onClose} title="Confirm your identity" description={descriptions[both ? "both" : "one"]}>
      <div className="space-y-4">
        <RefusalNotice refusal={refusal} passwordAlone />
        {hasPasskey && (
          <Button look="primary" disabled={busy} onClick={byPasskey} className="min-h-10 w-full">
            Use a passkey
          </Button>
        )}
        <form ref={form} onSubmit={byForm} aria-label="Confirm your identity" className="space-y-4">
          {(both || way === "password") && (
            <PasswordField
              label="Your password"
              name="password"
              autoComplete="current-password"
              first
              optional={both}
              hint={both ? "Leave it empty if your account has none." : undefined}
            />
          )}
          {ways.length > 1 && (
            <SelectField
              label={both ? "And" : "Confirm with"}
              value={way}
              onChange={({ currentTarget }) =>
                setChosen(ways.find((each) => each === currentTarget.value) ?? "password")
              }
            >
              {ways.map((each) => (
                <option key={each} value={each}>
                  {nameOfWay(each)}
                </option>
              ))}
            </SelectField>
          )}
          {method !== undefined && (
            <FormField
              key={method}
              label={method === "totp" ? "Six digits from your app" : "One of your recovery codes"}
              name="code"
              required
              first={!both}
              maxLength={64}
              autoComplete="one-time-code"
              inputMode={method === "totp" ? "numeric" : "text"}
            />
          )}
          <div className="flex justify-end gap-2">
            <Button look="quiet" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" look="primary" disabled={busy}>
              {busy ? "Checking…" : both && method === undefined ? "Confirm with password and passkey" : "Confirm"}
            </Button>
          </div>
        </form>
      </div>
    </Modal>
  );
};
