"use client";

import { KeyRound } from "lucide-react";
import { useState } from "react";
import { signInWithPasskey } from "../../../_auth-api/passkeys.ts";
import { sendCode, type Factor, type SecondFactorChallenge } from "../../../_auth-api/sign-in.ts";
import { afterPassword } from "../../_flow/after-password.ts";
import { leave } from "../../_flow/leave.ts";
import { dropPending } from "../../_flow/pending-sign-in.ts";
import { thenReturn } from "../../_flow/return-to.ts";
import { leaving, formText, useSubmit } from "../../../_forms/use-submit.ts";
import { RefusalNotice } from "../../../_forms/refusal-notice.tsx";
import { OrLine } from "../../_parts/or-line.tsx";
import { WideButton, WideLink } from "../../_parts/wide-button.tsx";
import { CodeField } from "./code-field.tsx";

type CodeMethod = Exclude<Factor, "passkey">;

const others = { totp: "Use the authenticator app instead", recovery_code: "Use a recovery code instead" } as const;

/** Whichever second factor the account has: a code of the authenticator, a recovery code, a passkey. */
export const FactorChoices = ({ pending, to }: { readonly pending: SecondFactorChallenge; readonly to: string }) => {
  const codes = pending.methods.filter((method): method is CodeMethod => method !== "passkey");
  const [method, setMethod] = useState<CodeMethod | undefined>(codes[0]);
  const code = useSubmit();
  const passkey = useSubmit();
  const busy = code.busy || passkey.busy;
  const refusal = code.refusal ?? passkey.refusal;
  const other = codes.find((each) => each !== method);

  const finish = async (act: Promise<unknown>, next = async () => to) => {
    await act;
    dropPending();
    leave(await next());
    return leaving;
  };
  // A cookie carries the sign-in where another service came first, not a password.
  const afterCode = () => (pending.mfaToken === undefined ? Promise.resolve(to) : afterPassword(to));
  if (refusal?.code === "second_factor_expired") {
    return (
      <div className="space-y-4">
        <RefusalNotice refusal={refusal} />
        <WideLink href={thenReturn("/sign-in", to)} primary>
          Back to sign-in
        </WideLink>
      </div>
    );
  }
  return (
    <>
      <RefusalNotice refusal={refusal} />
      {method !== undefined && (
        <form
          method="post"
          aria-label="Second factor"
          className={refusal === undefined ? "space-y-4" : "mt-4 space-y-4"}
          onSubmit={code.submit((form) =>
            finish(sendCode(pending, method, formText(form, "code").replaceAll(/\s/g, "")), afterCode),
          )}
        >
          <CodeField key={method} method={method} expected={code.expected("code")} />
          <WideButton type="submit" look="primary" busy={busy} doing="Checking…">
            Continue
          </WideButton>
        </form>
      )}
      {pending.methods.includes("passkey") && (
        <>
          {method !== undefined && <OrLine />}
          <WideButton
            look={method === undefined ? "primary" : "secondary"}
            busy={busy}
            onClick={() => passkey.run(() => finish(signInWithPasskey({ pending })))}
          >
            <KeyRound className="size-4" />
            Use a passkey
          </WideButton>
        </>
      )}
      {other !== undefined && (
        <div className="mt-4 text-center">
          <button
            type="button"
            onClick={() => setMethod(other)}
            className="rounded text-sm font-medium text-accent hover:underline"
          >
            {others[other]}
          </button>
        </div>
      )}
    </>
  );
};
