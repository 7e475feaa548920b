"use client";

import { fetchPendingSignIn } from "../../_api/sign-in.ts";
import { keptPending } from "../../_flow/pending-sign-in.ts";
import { thenReturn } from "../../_flow/return-to.ts";
import { useAsked } from "../../_flow/use-asked.ts";
import { AuthPage } from "../../_parts/auth-page.tsx";
import { Notice } from "../../_parts/notice.tsx";
import { TextLink } from "../../_parts/text-link.tsx";
import { Waiting } from "../../_parts/waiting.tsx";
import { WideLink } from "../../_parts/wide-button.tsx";
import { FactorWays } from "./factor-ways.tsx";

// From the page before, or, where another service came first, by the cookie it left.
const findPending = async () => keptPending() ?? fetchPendingSignIn();

export const SecondFactorPanel = ({ to }: { readonly to: string }) => {
  const [asked] = useAsked(findPending);
  const again = thenReturn("/sign-in", to);
  return (
    <AuthPage
      title="Confirm that it is you"
      intro="Your account asks for a second factor"
      below={<TextLink href={again}>Sign in as somebody else</TextLink>}
    >
      {asked.state === "asking" && <Waiting label="Loading" fields={1} />}
      {asked.state === "answered" && <FactorWays pending={asked.answer} to={to} />}
      {asked.state === "refused" && (
        <div className="space-y-4">
          <Notice tone="warn">
            This sign-in has ended or was not begun in this tab. Nothing is lost: start again.
          </Notice>
          <WideLink href={again} primary>
            Back to sign-in
          </WideLink>
        </div>
      )}
    </AuthPage>
  );
};
