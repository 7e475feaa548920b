"use client";

import { useState } from "react";
import {
  sendDeviceDecision,
  fetchDeviceRequest,
  type ConsentDecision,
  type Interaction,
} from "../../_auth-api/interactions.ts";
import { thenReturn } from "../_flow/return-to.ts";
import { leave } from "../_flow/leave.ts";
import { orConfirmIdentity } from "../_flow/or-confirm-identity.ts";
import { authRefusalOf } from "../../_auth-api/auth-refusal.ts";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { AccessChoice } from "../_parts/access-choice.tsx";
import { AuthPage } from "../_parts/auth-page.tsx";
import { ForSignedIn } from "../_parts/for-signed-in.tsx";
import { FormField } from "../../_forms/form-field.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { WideButton, WideLink } from "../_parts/wide-button.tsx";

interface Found {
  readonly userCode: string;
  readonly interaction: Interaction;
}

const here = (code: string | undefined): string =>
  code === undefined ? "/device" : `/device?user_code=${encodeURIComponent(code)}`;

const CodeForm = ({
  code,
  onFound,
}: {
  readonly code: string | undefined;
  readonly onFound: (found: Found) => void;
}) => {
  const { busy, refusal, expected, submit } = useSubmit();
  const lookUp = async (form: FormData): Promise<void> => {
    const userCode = formText(form, "userCode").trim().toUpperCase();
    const asked = orConfirmIdentity(here(userCode), fetchDeviceRequest(userCode));
    const interaction = await asked.catch((error: unknown) => {
      // Signed out in the meantime.
      if (authRefusalOf(error).code === "unauthenticated") leave(thenReturn("/sign-in", here(code)));
      throw error;
    });
    onFound({ userCode, interaction });
  };
  return (
    <form method="post" aria-label="Device code" className="space-y-4" onSubmit={submit(lookUp)}>
      <RefusalNotice refusal={refusal} />
      <FormField
        label="Code shown on the device"
        name="userCode"
        defaultValue={code}
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        required
        maxLength={40}
        first
        expected={expected("userCode")}
        className="font-mono text-lg tracking-widest uppercase"
      />
      <WideButton type="submit" look="primary" busy={busy} doing="Checking…">
        Continue
      </WideButton>
    </form>
  );
};

const Deciding = ({
  found: { userCode, interaction },
  onDone,
}: {
  readonly found: Found;
  readonly onDone: (decision: ConsentDecision) => void;
}) => {
  const { busy, refusal, run } = useSubmit();
  return (
    <div className="space-y-5">
      <RefusalNotice refusal={refusal} />
      <div>
        <p className="text-sm text-muted">Does the device show this code?</p>
        <p className="mt-1 rounded-lg bg-raised py-2 text-center font-mono text-xl tracking-widest">{userCode}</p>
      </div>
      <AccessChoice
        interaction={interaction}
        warning="Allow this only if you started it yourself, on a device in front of you."
        busy={busy}
        onDecide={(decision) =>
          run(async () => {
            await orConfirmIdentity(here(userCode), sendDeviceDecision(userCode, decision));
            onDone(decision);
          })
        }
      />
    </div>
  );
};

/** Lets a device without a keyboard, or a program in a terminal, act for the person. */
export const Device = ({ code }: { readonly code: string | undefined }) => {
  const [found, setFound] = useState<Found>();
  const [decision, setDecision] = useState<ConsentDecision>();
  if (decision !== undefined) {
    return (
      <AuthPage title={decision.decision === "allow" ? "The device is connected" : "Access denied"}>
        <div className="space-y-4">
          <p>
            {decision.decision === "allow"
              ? "Go back to it; it continues within seconds."
              : "It gets no access. You can close this page."}
          </p>
          <WideLink href="/">Your apps</WideLink>
        </div>
      </AuthPage>
    );
  }
  return (
    <AuthPage
      title={found === undefined ? "Connect a device" : `Connect ${found.interaction.client.name}?`}
      intro="A device or program wants to act for you"
    >
      <ForSignedIn here={here(code)}>
        {() =>
          found === undefined ? (
            <CodeForm code={code} onFound={setFound} />
          ) : (
            <Deciding found={found} onDone={setDecision} />
          )
        }
      </ForSignedIn>
    </AuthPage>
  );
};
