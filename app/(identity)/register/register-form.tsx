"use client";

import { useId, useState } from "react";
import { sendRegistration } from "../../_auth-api/account.ts";
import type { Invited } from "./read-registration-options.ts";
import { leaving, formText, useSubmit } from "../../_forms/use-submit.ts";
import { useRobotCheck } from "../_flow/use-robot-check.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { NewPasswordField } from "../../_forms/new-password-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { RobotCheck } from "../_parts/robot-check.tsx";
import { WideButton } from "../_parts/wide-button.tsx";

interface WorkspaceChoiceProps {
  readonly wanted: boolean;
  readonly onChange: (wanted: boolean) => void;
}

const WorkspaceChoice = ({ wanted, onChange }: WorkspaceChoiceProps) => {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5 rounded-lg border border-line p-3">
      <input
        id={id}
        type="checkbox"
        aria-describedby={`${id}-hint`}
        className="mt-1 size-4 shrink-0"
        checked={wanted}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
      <div>
        <label htmlFor={id} className="font-medium">
          I build apps for Topolo
        </label>
        <p id={`${id}-hint`} className="text-sm text-muted">
          Also creates a developer workspace with its own API keys.
        </p>
      </div>
    </div>
  );
};

interface RegisterFormProps {
  readonly invited: Invited | undefined;
  readonly turnstileSiteKey: string | undefined;
  /** A mail is on its way. */
  readonly onSent: (email: string) => void;
  /** The account is there and can be signed in to. */
  readonly onReady: (email: string, password: string) => Promise<void>;
}

/** A new account, and a developer workspace with it if asked for; an invited address is proven already. */
export const RegisterForm = ({ invited, turnstileSiteKey, onSent, onReady }: RegisterFormProps) => {
  const { busy, refusal, expected, submit } = useSubmit();
  const [workspace, setWorkspace] = useState(false);
  const robotCheck = useRobotCheck(turnstileSiteKey, "register");
  return (
    <form
      method="post"
      aria-label="Create an account"
      className="space-y-4"
      onSubmit={submit(async (form) => {
        const email = formText(form, "email");
        const password = formText(form, "password");
        const ready = await sendRegistration({
          email,
          password,
          name: formText(form, "name").trim(),
          workspace: workspace ? formText(form, "organizationName").trim() : undefined,
          invitationToken: invited?.token,
          turnstileToken: robotCheck.token,
        }).finally(robotCheck.again);
        if (!ready) return onSent(email);
        await onReady(email, password);
        return leaving;
      })}
    >
      <RefusalNotice refusal={refusal} />
      <FormField label="Your name" name="name" autoComplete="name" maxLength={100} first expected={expected("name")} />
      <FormField
        label="E-mail"
        name="email"
        type="email"
        inputMode="email"
        autoComplete="username"
        required
        readOnly={invited !== undefined}
        defaultValue={invited?.email}
        hint={
          invited && `The invitation to ${invited.organization} was sent to this address, so it needs no verification.`
        }
        maxLength={254}
        expected={expected("email")}
      />
      <NewPasswordField label="Password" expected={expected("password")} />
      {invited === undefined && <WorkspaceChoice wanted={workspace} onChange={setWorkspace} />}
      {workspace && (
        <FormField
          label="Name of the workspace"
          name="organizationName"
          autoComplete="organization"
          maxLength={100}
          hint="Leave empty to name it after you."
          expected={expected("organizationName")}
        />
      )}
      {turnstileSiteKey !== undefined && <RobotCheck check={robotCheck} />}
      <WideButton
        type="submit"
        look="primary"
        busy={busy}
        disabled={turnstileSiteKey !== undefined && robotCheck.token === undefined}
        doing="Creating…"
      >
        Create account
      </WideButton>
    </form>
  );
};
