import type { AuthFieldIssue } from "../auth-error.ts";
import { escapeHtml as escape } from "../http/escape-html.ts";
import { plainPage, type PlainPage } from "../http/plain-page.ts";

export interface SetupForm {
  readonly token: string;
  readonly email: string;
  readonly name: string;
  readonly issues: readonly AuthFieldIssue[];
}

interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly autocomplete: string;
  readonly value: string;
  readonly hint: string | undefined;
}

const field = (
  { name, label, type, autocomplete, value, hint }: Field,
  issues: readonly AuthFieldIssue[],
  focus: boolean,
): string => {
  const issue = issues.find((found) => found.field === name);
  const described = [issue && `${name}-error`, hint && `${name}-hint`].filter(Boolean).join(" ");
  return `<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${escape(value)}" required${focus ? " autofocus" : ""}${issue ? ' aria-invalid="true"' : ""}${described === "" ? "" : ` aria-describedby="${described}"`}>
${issue ? `<p class="error" id="${name}-error" role="alert">Please enter ${escape(issue.expected)}.</p>` : ""}${hint ? `<p class="hint" id="${name}-hint">${hint}</p>` : ""}`;
};

/** The form in which the first administrator chooses name, address and password. */
export const setupFormPage = ({ token, email, name, issues }: SetupForm): PlainPage => {
  const fields: readonly Field[] = [
    { name: "name", label: "Your name", type: "text", autocomplete: "name", value: name, hint: undefined },
    { name: "email", label: "E-mail", type: "email", autocomplete: "username", value: email, hint: undefined },
    {
      name: "password",
      label: "Password",
      type: "password",
      autocomplete: "new-password",
      value: "",
      hint: "8 to 256 characters. A few words work well.",
    },
  ];
  const focused = fields.find((row) => issues.some((issue) => issue.field === row.name))?.name ?? "name";
  return plainPage({
    title: "Create the first administrator",
    intro: "This account administers the whole platform. The link you opened works once.",
    body: `<form method="post" action="/setup">
<input type="hidden" name="token" value="${escape(token)}">
${fields.map((row) => field(row, issues, row.name === focused)).join("\n")}
<button class="wide-button" type="submit">Create administrator</button>
</form>`,
  });
};

/** What the administrator is shown once the account is there. */
export interface SetupDone {
  readonly userId: string;
  /** The dashboard, and the gateway behind it. */
  readonly dashboardOrigin: string | undefined;
  /** Where the first credentials stand, on the machine itself. */
  readonly firstRunFile: string | undefined;
  /** The deployment already knows whose account may change platform-default credentials. */
  readonly isRecorded: boolean;
}

const sample = (text: string, label: string): string =>
  `<div class="sample"><pre>${escape(text)}</pre><button class="copy" type="button" aria-label="${label}" hidden>Copy</button></div>`;

/** Quoted for a shell, whatever the folder is called. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

const firstCall = (origin: string, file: string | undefined): string => `<h2>Make the first call</h2>
${
  file === undefined
    ? "<p>Put the API key that the first start printed into <code>NEXUS_API_KEY</code>, then:</p>"
    : `<p>The first API key is in <code>${escape(file)}</code>:</p>
${sample(`export NEXUS_API_KEY=$(grep -o 'tpk_[^"]*' ${quoted(file)})`, "Copy the command that reads the key")}`
}
${sample(
  `curl ${origin}/v1/chat/completions \\
  -H "Authorization: Bearer $NEXUS_API_KEY" -H "Content-Type: application/json" \\
  -d '{"model": "openai/gpt-4o-mini", "messages": [{"role": "user", "content": "Hello"}]}'`,
  "Copy the call",
)}
<p class="hint">It appears in the dashboard within seconds, with its cost.</p>`;

const setting = (userId: string): string => `<h2>Platform credentials</h2>
<p>To let this account manage the platform's own vendor keys, start the gateway with:</p>
${sample(`NEXUS_PLATFORM_SUPER_ADMIN_USER_ID=${userId}`, "Copy the setting")}`;

/** Signed in, with the way to the dashboard and the first call. */
export const setupDonePage = ({ userId, dashboardOrigin, firstRunFile, isRecorded }: SetupDone): PlainPage =>
  plainPage({
    title: "The administrator is ready",
    intro: "You are signed in. This page cannot be used again.",
    wide: true,
    body: `<p class="done" role="status">Your account was created.${isRecorded ? " It may also manage the platform’s own vendor keys, in the organization Topolo Administration." : ""}</p>
${dashboardOrigin === undefined ? "" : `<a class="wide-button" href="${escape(dashboardOrigin)}/">Open the dashboard</a>`}
${dashboardOrigin === undefined ? "" : firstCall(dashboardOrigin, firstRunFile)}
${isRecorded ? "" : setting(userId)}`,
  });

export const setupInvalidPage = (): PlainPage =>
  plainPage({
    title: "This link is no longer valid",
    intro: "A set-up link works once, within one hour.",
    body: "<p>Run <code>npm run nexus -- bootstrap</code> on the machine, or start the server again, to print a new one.</p>",
  });

/** Shown when the link is opened again after the administrator was created. */
export const setupClosedPage = (dashboardOrigin: string | undefined): PlainPage =>
  plainPage({
    title: "The first administrator exists",
    intro: "This link was used, and no other account can be created with it.",
    body: `<a class="wide-button" href="${dashboardOrigin === undefined ? "/sign-in" : `${escape(dashboardOrigin)}/`}">${dashboardOrigin === undefined ? "Sign in" : "Open the dashboard"}</a>
<p class="hint">If you did not create the account, stop the server and investigate.</p>`,
  });
