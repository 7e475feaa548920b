"use client";

import { lazy, Suspense } from "react";
import { textAt } from "../../../../_auth-api/read-answer.ts";
import { FormField } from "../../../../_forms/form-field.tsx";
import { RefusalNotice } from "../../../../_forms/refusal-notice.tsx";
import { formText, useSubmit } from "../../../../_forms/use-submit.ts";
import { useAskAuth } from "../../../../_data/use-auth-answer.ts";
import { Button } from "../../../../_ui/button.tsx";
import { CopyButton } from "../../../../_ui/copy-button.tsx";
import { Modal } from "../../../../_ui/modal.tsx";
import { Skeleton } from "../../../../_ui/skeleton.tsx";
import { readRecoveryCodes } from "../_account/account.ts";
import { useStepUp } from "../_account/step-up.tsx";

const QrCode = lazy(() => import("./qr-code.tsx").then((module) => ({ default: module.QrCode })));

/** A seed that counts from its first code on. */
export interface NewAuthenticator {
  readonly id: string;
  readonly secret: string;
  readonly otpauthUrl: string;
}

export const readNewAuthenticator = (body: unknown): NewAuthenticator => ({
  id: textAt(body, "id"),
  secret: textAt(body, "secret"),
  otpauthUrl: textAt(body, "otpauthUrl"),
});

interface SetUpAuthenticatorProps {
  readonly seed: NewAuthenticator;
  readonly onConfirmed: (recoveryCodes: readonly string[]) => void;
  readonly onClose: () => void;
}

/** Brings the seed into an app, and its first code back. */
export const SetUpAuthenticator = ({ seed, onConfirmed, onClose }: SetUpAuthenticatorProps) => {
  const ask = useAskAuth();
  const { withStepUp } = useStepUp();
  const { busy, refusal, submit } = useSubmit();
  const confirm = submit(async (form) => {
    const body = { code: formText(form, "code").trim() };
    const answer = await withStepUp(() => ask("POST", `/api/me/mfa/totp/${encodeURIComponent(seed.id)}/confirm`, body));
    onConfirmed(readRecoveryCodes(answer));
  });
  return (
    <Modal
      open
      onClose={onClose}
      title="Set up an authenticator app"
      description="Scan the code with the app, then enter the six digits it shows."
    >
      <form onSubmit={confirm} aria-label="Set up an authenticator app" className="space-y-4">
        <RefusalNotice refusal={refusal} />
        <div className="flex flex-col items-center gap-3">
          <Suspense fallback={<Skeleton className="mx-auto size-48" />}>
            <QrCode text={seed.otpauthUrl} label="QR code for your authenticator app" />
          </Suspense>
          <div className="flex max-w-full items-center gap-1 text-sm">
            <span className="min-w-0">
              <span className="text-muted">Or type in </span>
              <code className="break-all">{seed.secret}</code>
            </span>
            <CopyButton text={seed.secret} label="Copy the secret" />
          </div>
        </div>
        <FormField
          label="Six digits from your app"
          name="code"
          required
          first
          inputMode="numeric"
          autoComplete="one-time-code"
          pattern="[0-9 ]{6,8}"
          maxLength={8}
        />
        <Button type="submit" look="primary" disabled={busy} className="w-full">
          {busy ? "Checking…" : "Turn on"}
        </Button>
      </form>
    </Modal>
  );
};
