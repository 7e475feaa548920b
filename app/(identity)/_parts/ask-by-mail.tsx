"use client";

import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { WideButton } from "./wide-button.tsx";

interface AskByMailProps {
  readonly label: string;
  readonly action: string;
  readonly ask: (email: string) => Promise<void>;
  readonly onAsked: (email: string) => void;
}

/** One address, one mail. */
export const AskByMail = ({ label, action, ask, onAsked }: AskByMailProps) => {
  const { busy, refusal, expected, submit } = useSubmit();
  return (
    <form
      method="post"
      aria-label={label}
      className="space-y-4"
      onSubmit={submit(async (form) => {
        const email = formText(form, "email");
        await ask(email);
        onAsked(email);
      })}
    >
      <RefusalNotice refusal={refusal} />
      <FormField
        label="E-mail"
        name="email"
        type="email"
        inputMode="email"
        autoComplete="username"
        required
        maxLength={254}
        first
        expected={expected("email")}
      />
      <WideButton type="submit" look="primary" busy={busy} doing="Sending…">
        {action}
      </WideButton>
    </form>
  );
};
