"use client";

import { useState } from "react";
import type { EmailDetails } from "../../_data/answers.ts";
import { Button } from "../../_ui/button.tsx";
import { ruled } from "../facts.tsx";

const securityKinds: ReadonlySet<string> = new Set(["otp", "password_reset", "security_alert"]);
const size = (bytes: number): string =>
  bytes < 1024
    ? `${bytes} B`
    : bytes < 1_048_576
      ? `${Math.ceil(bytes / 1024)} kB`
      : `${(bytes / 1_048_576).toFixed(1)} MB`;

/** What a mail said: its page as the recipient sees it, its text and its files. */
export const WhatItSaid = ({
  mail,
  content,
}: {
  readonly mail: EmailDetails["email"];
  readonly content: EmailDetails["content"];
}) => {
  const [asText, setAsText] = useState(false);
  if (content === null)
    return (
      <p className="text-muted">
        {securityKinds.has(mail.category)
          ? "What security mail says is never kept."
          : "It is not kept any more. How long it is kept is a setting of the organization."}
      </p>
    );
  const { html, text, attachments } = content;
  const shown = html === null || asText ? "text" : "html";
  return (
    <>
      {html !== null && text !== null && (
        <fieldset className="mb-2 flex gap-1">
          <legend className="sr-only">Shown as</legend>
          <Button
            look={shown === "html" ? "secondary" : "quiet"}
            aria-pressed={shown === "html"}
            onClick={() => setAsText(false)}
          >
            Page
          </Button>
          <Button
            look={shown === "text" ? "secondary" : "quiet"}
            aria-pressed={shown === "text"}
            onClick={() => setAsText(true)}
          >
            Text
          </Button>
        </fieldset>
      )}
      {shown === "html" ? (
        <iframe
          src={`/email/${mail.emailId}/shown`}
          sandbox=""
          title="The mail as its recipient sees it"
          className="h-96 w-full rounded-lg border border-line bg-white"
        />
      ) : (
        <pre className="rounded-lg bg-raised p-4 font-mono text-sm wrap-anywhere whitespace-pre-wrap">
          {text ?? "It had no text."}
        </pre>
      )}
      {attachments.length > 0 && (
        <ul aria-label="Files" className={ruled}>
          {attachments.map(({ filename, bytes, contentType }) => (
            <li key={filename} className="flex flex-wrap justify-between gap-x-4 py-1.5">
              <span className="min-w-0 wrap-anywhere">
                <bdi>{filename}</bdi>
              </span>
              <span className="text-sm text-muted">{[contentType, size(bytes)].filter(Boolean).join(" · ")}</span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
};
