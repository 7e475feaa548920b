"use client";

import { useState } from "react";
import { fetchWaysIn, type WaysIn, type WaysOfKind } from "../../_auth-api/ways-in.ts";
import { useAuthQuery } from "../_flow/use-auth-query.ts";
import { AuthPage } from "../_parts/auth-page.tsx";
import { ForSignedIn } from "../_parts/for-signed-in.tsx";
import { Notice } from "../../_forms/notice.tsx";
import { RefusalNotice } from "../../_forms/refusal-notice.tsx";
import { TextLink } from "../_parts/text-link.tsx";
import { Waiting } from "../_parts/waiting.tsx";
import { WideLink } from "../_parts/wide-button.tsx";
import { DropForm } from "./drop-form.tsx";

const Kind = ({ kind, ways }: WaysOfKind) => (
  <section>
    <h2 className="text-sm font-medium text-muted">{kind}</h2>
    <ul className="mt-1">
      {ways.map(({ id, title, detail }) => (
        <li key={id} className="border-t border-line py-2 first:border-t-0">
          <span className="block font-medium break-words">{title}</span>
          <span className="block text-sm text-pretty break-words text-muted">{detail}</span>
        </li>
      ))}
    </ul>
  </section>
);

interface OthersProps {
  readonly found: WaysIn;
  /** They have just been dropped, and the page says so. */
  readonly dropped: boolean;
  readonly onDropped: () => void;
}

const Others = ({ found, dropped, onDropped }: OthersProps) => {
  if (found.others.length === 0)
    return (
      <div className="space-y-4">
        {!dropped && (
          <Notice tone="good">
            {found.hasPassword
              ? "Only your password and this browser open your account."
              : "Only this browser is signed in."}
          </Notice>
        )}
        <WideLink href="/">Continue</WideLink>
      </div>
    );
  return (
    <div className="space-y-5">
      {found.others.map((group) => (
        <Kind key={group.kind} {...group} />
      ))}
      {found.hasPassword ? (
        <DropForm organizationKeys={found.organizationKeys} onDropped={onDropped} />
      ) : (
        <p className="text-pretty">
          Your account has no password, so nothing would be left to sign in with.{" "}
          <TextLink href="/forgot-password">Choose a password</TextLink> first.
        </p>
      )}
    </div>
  );
};

const List = () => {
  const [query, again] = useAuthQuery(fetchWaysIn);
  const [dropped, setDropped] = useState(false);
  const onDropped = () => {
    setDropped(true);
    again();
  };
  return (
    <div className="space-y-4">
      <output className="block empty:-mb-4">
        {dropped && (
          <Notice tone="good">
            All other ways are gone. Set up a passkey or a second factor anew in your{" "}
            <a href="/settings" className="font-medium underline underline-offset-2">
              settings
            </a>
            .
          </Notice>
        )}
      </output>
      {query.state === "asking" && <Waiting label="Loading" fields={3} />}
      {query.state === "refused" && <RefusalNotice refusal={query.refusal} />}
      {query.state === "answered" && <Others found={query.answer} dropped={dropped} onDropped={onDropped} />}
    </div>
  );
};

/** Everything that opens a person's account beside the password and this browser, with one button that drops it. */
export const WaysInPanel = () => (
  <AuthPage
    title="Ways into your account"
    intro="Beside your password and this browser"
    below={<TextLink href="/">To your apps</TextLink>}
  >
    <ForSignedIn here="/ways-in" fields={3}>
      {() => <List />}
    </ForSignedIn>
  </AuthPage>
);
