"use client";

import type { NexusOutputs } from "@topolo/nexus-client";
import { useState } from "react";
import { FormField } from "../../_forms/form-field.tsx";
import { Button } from "../../_ui/button.tsx";
import { CodeExample } from "../../_ui/code-example.tsx";
import { exactMoney, formatMoney } from "../../_ui/format-money.ts";
import { TextAreaField } from "../members/sign-in/text-area-field.tsx";
import { CopiedAs } from "./copied-as.tsx";
import { WhatFailed } from "./outcome.tsx";
import { Trial } from "./trial-form.tsx";
import { useTrial } from "./use-trial.ts";

type Rendered = NexusOutputs["email"]["render"];

const Shown = ({ mail: { provider, boundNanoUsd, recipients, request } }: { readonly mail: Rendered }) => (
  <>
    <p className="text-sm text-pretty wrap-anywhere text-muted">
      {provider} would send it to {recipients.map(({ address }) => address).join(", ")}, for at most{" "}
      <span title={exactMoney(boundNanoUsd)} className="font-medium text-ink tabular-nums">
        {formatMoney(boundNanoUsd)}
      </span>
      . Nothing was sent, and nothing is booked.
    </p>
    <CodeExample
      name={request.target}
      code={[...Object.entries(request.headers).map(([header, value]) => `${header}: ${value}`), "", request.body].join(
        "\n",
      )}
    />
  </>
);

/** A mail as a vendor would be sent it: nothing leaves. */
export const MailTrial = () => {
  const [draft, setDraft] = useState({
    from: "app@example.com",
    to: "ann@example.org",
    subject: "Hello",
    text: "It works.",
  });
  const { busy, answer, error, run } = useTrial<Rendered>();
  const to = draft.to
    .split(",")
    .map((address) => address.trim())
    .filter((address) => address !== "");
  const input = { from: draft.from.trim(), to, subject: draft.subject, text: draft.text };
  const complete = input.from !== "" && to.length > 0 && input.subject.trim() !== "" && input.text.trim() !== "";
  return (
    <Trial
      form={
        <form
          aria-label="Render a mail"
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            void run((nexus) => nexus.email.render.mutate(input));
          }}
        >
          {(["from", "to", "subject"] as const).map((name) => (
            <FormField
              key={name}
              label={{ from: "From", to: "To", subject: "Subject" }[name]}
              autoComplete="off"
              value={draft[name]}
              onChange={({ target }) => setDraft({ ...draft, [name]: target.value })}
            />
          ))}
          <TextAreaField
            label="Text"
            value={draft.text}
            onChange={({ target }) => setDraft({ ...draft, text: target.value })}
          />
          <div className="flex justify-end">
            <Button type="submit" look="primary" disabled={!complete || busy}>
              {busy ? "One moment…" : "Render"}
            </Button>
          </div>
        </form>
      }
      answer={
        <div aria-live="polite" className="space-y-4">
          {!answer && !error && <p className="text-muted">The exact request appears here; nothing is sent.</p>}
          {answer && <Shown mail={answer} />}
          {error && <WhatFailed error={error} />}
        </div>
      }
      copied={<CopiedAs operation="email.render" input={input} />}
    />
  );
};
