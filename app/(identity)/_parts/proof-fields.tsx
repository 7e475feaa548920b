import { confirmIdentity } from "../../_auth-api/session.ts";
import { formText, type Submitting } from "../../_forms/use-submit.ts";
import { FormField } from "../../_forms/form-field.tsx";
import { PasswordField } from "../../_forms/password-field.tsx";

/** What a person has to show again beside what a form asks for. */
export type AskedProof = "nothing" | "password" | "both";

/** What else must be shown after a refusal; a wrong password or code is asked for again. */
export const askedAfter = (code: string, before: AskedProof): AskedProof => {
  if (code === "second_factor_required") return "both";
  return code === "reauthentication_required" && before === "nothing" ? "password" : before;
};

/** Shows again who one is, with what the form's proof fields carry; nothing where they are empty. */
export const confirmByForm = async (form: FormData): Promise<void> => {
  const proof = { password: formText(form, "password"), code: formText(form, "code").trim() };
  if (proof.password !== "" || proof.code !== "") await confirmIdentity(proof);
};

interface ProofFieldsProps extends Pick<Submitting, "expected"> {
  readonly asked: AskedProof;
}

/** The account's password, and a code where it asks for one. */
export const ProofFields = ({ asked, expected }: ProofFieldsProps) => (
  <>
    {asked !== "nothing" && (
      <PasswordField
        label="Confirm your password"
        name="password"
        autoComplete="current-password"
        first
        optional={asked === "both"}
        hint={asked === "both" ? "Leave empty if your account has none." : undefined}
      />
    )}
    {asked === "both" && (
      <FormField
        label="Code from your authenticator app, or a recovery code"
        name="code"
        required
        maxLength={64}
        autoComplete="one-time-code"
        autoCapitalize="none"
        spellCheck={false}
        expected={expected("code")}
      />
    )}
  </>
);
