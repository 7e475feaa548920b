"use client";

import { useCallback, useState } from "react";
import {
  fetchLinkPreview,
  sendEmailChangeConfirmation,
  sendEmailVerification,
  type LinkPreview,
} from "../../_auth-api/account.ts";
import { fetchCurrentUser } from "../../_auth-api/session.ts";
import { useAuthQuery } from "../_flow/use-auth-query.ts";
import { formText, useSubmit } from "../../_forms/use-submit.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { PasswordField } from "../../_forms/password-field.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { WideButton, WideLink } from "../_parts/wide-button.tsx";
import { ResendForm } from "./resend-form.tsx";

type Done = "verified" | "half" | "changed";

interface LinkProps {
  readonly secret: string;
  readonly link: LinkPreview;
}

/** Confirms when somebody presses the button, never by itself: mail scanners open links too. */
const ConfirmForm = ({ secret, link, onDone }: LinkProps & { readonly onDone: (done: Done) => void }) => {
  const { busy, refusal, expected, submit } = useSubmit();
  const isVerifying = link.purpose === "verify";
  const confirm = submit(async (form) => {
    const password = formText(form, "password");
    if (isVerifying) {
      await sendEmailVerification(secret, password);
      onDone("verified");
    } else {
      onDone((await sendEmailChangeConfirmation(secret, password)) ? "changed" : "half");
    }
  });
  return (
    <form method="post" aria-label="Confirm" className="space-y-4" onSubmit={confirm}>
      <RefusalNotice refusal={refusal} passwordAlone />
      <p className="text-pretty">
        {isVerifying ? "Confirm that this address is yours:" : "The address of your account changes to:"}{" "}
        <strong className="block font-medium break-all">{link.email}</strong>
      </p>
      {link.proof === "password" ? (
        <PasswordField
          label="Password of the account"
          name="password"
          autoComplete="current-password"
          first
          hint={isVerifying ? "The one that the account was created with." : undefined}
          expected={refusal?.code === "invalid_credentials" ? "the password of the account" : expected("password")}
        />
      ) : (
        <p className="text-sm text-pretty text-muted">
          Your account has no password, so this works only in a browser in which you have just signed in.{" "}
          <a href="/sign-in" target="_blank" rel="noreferrer" className="font-medium underline underline-offset-2">
            Sign in in another tab
          </a>
          , then confirm here.
        </p>
      )}
      <WideButton type="submit" look="primary" busy={busy} doing="Confirming…">
        {isVerifying ? "Confirm the address" : "Confirm the change"}
      </WideButton>
    </form>
  );
};

const Finished = ({ done }: { readonly done: Done }) => {
  // Whether somebody is signed in here decides how it goes on.
  const [me] = useAuthQuery(useCallback(() => fetchCurrentUser().then(() => true), []));
  if (me.state === "asking") return <Waiting label="Loading" fields={1} />;
  const next = done === "verified" ? "/add-passkey" : "/ways-in";
  const isIn = me.state === "answered";
  return (
    <div className="space-y-4">
      <Notice tone="good">
        {done === "verified"
          ? "Thank you. Your account is ready."
          : done === "half"
            ? "The address changes as soon as the link in the other e-mail is confirmed as well."
            : "Sign in with it from now on. Passkeys, keys and connected apps stayed as they were."}
      </Notice>
      {done !== "half" && (
        <WideLink href={isIn ? next : `/sign-in?return_to=${encodeURIComponent(next)}`} primary>
          {isIn ? (done === "verified" ? "Continue" : "See every way into your account") : "Sign in"}
        </WideLink>
      )}
    </div>
  );
};

const titles: Readonly<Record<Done, string>> = {
  verified: "Your address is verified",
  half: "This address has confirmed",
  changed: "Your e-mail address was changed",
};

const Confirming = ({ secret, link }: LinkProps) => {
  const [done, setDone] = useState<Done>();
  if (done !== undefined) {
    return (
      <AuthPage title={titles[done]}>
        <Finished done={done} />
      </AuthPage>
    );
  }
  const isVerifying = link.purpose === "verify";
  return (
    <AuthPage
      title={isVerifying ? "Verify your e-mail address" : "Change your e-mail address"}
      below={
        isVerifying && (
          <span className="text-pretty">
            Did somebody else create this account, or did you forget the password?{" "}
            <TextLink href="/forgot-password">Choose a new password</TextLink>; it removes whatever was set up before.
          </span>
        )
      }
    >
      <ConfirmForm secret={secret} link={link} onDone={setDone} />
    </AuthPage>
  );
};

/** What a mailed link is about, and the button that confirms it. */
export const ConfirmLink = ({ secret, kind }: { readonly secret: string; readonly kind: LinkPreview["purpose"] }) => {
  const [query, again] = useAuthQuery(useCallback(() => fetchLinkPreview(secret), [secret]));
  if (query.state === "answered") return <Confirming secret={secret} link={query.answer} />;
  if (query.state === "refused" && query.refusal.code === "link_invalid") {
    return (
      <AuthPage title="This link is no longer valid" intro="It was already used or has expired">
        {kind === "verify" ? <ResendForm /> : <WideLink href="/settings">Your settings</WideLink>}
      </AuthPage>
    );
  }
  return (
    <AuthPage title={kind === "verify" ? "Verify your e-mail address" : "Change your e-mail address"}>
      {query.state === "asking" ? (
        <Waiting label="Loading" fields={1} />
      ) : (
        <div className="space-y-4">
          <RefusalNotice refusal={query.refusal} />
          <WideButton onClick={again}>Try again</WideButton>
        </div>
      )}
    </AuthPage>
  );
};
