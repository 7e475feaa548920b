"use client";

import { fetchPendingSignIn } from "../../../_auth-api/sign-in.ts";
import { keptPending } from "../../_flow/pending-sign-in.ts";
import { thenReturn } from "../../_flow/return-to.ts";
import { useAuthQuery } from "../../_flow/use-auth-query.ts";
import { AuthPage } from "../../_parts/auth-page.tsx";
import { Notice } from "../../../_forms/notice.tsx";
import { TextLink } from "../../_parts/text-link.tsx";
import { Waiting } from "../../_parts/waiting.tsx";
import { WideLink } from "../../_parts/wide-button.tsx";
import { FactorChoices } from "./factor-choices.tsx";

// From the page before, or, where another service came first, by the cookie it left.
const findPending = async () => keptPending() ?? fetchPendingSignIn();

export const SecondFactorPanel = ({ to }: { readonly to: string }) => {
  const [query] = useAuthQuery(findPending);
  const again = thenReturn("/sign-in", to);
  if (query.state === "refused") {
    return (
      <AuthPage title="Confirm your identity">
        <div className="space-y-4">
          <Notice tone="warn">This sign-in has expired or was started in another tab. Start again.</Notice>
          <WideLink href={again} primary>
            Back to sign-in
          </WideLink>
        </div>
      </AuthPage>
    );
  }
  return (
    <AuthPage
      title="Confirm your identity"
      intro="Two-factor code required"
      below={<TextLink href={again}>Use a different account</TextLink>}
    >
      {query.state === "asking" && <Waiting label="Loading" fields={1} />}
      {query.state === "answered" && <FactorChoices pending={query.answer} to={to} />}
    </AuthPage>
  );
};
