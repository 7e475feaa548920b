import { createHash } from "node:crypto";
import type { AuthFieldIssue } from "../auth-error.ts";
import { copyScript, setupStyle } from "./setup-style.ts";

export interface SetupForm {
  readonly token: string;
  readonly email: string;
  readonly name: string;
  readonly issues: readonly AuthFieldIssue[];
}

interface Page {
  readonly html: string;
  readonly csp: string;
}

const digestOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const always = "form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
const plainPolicy = `default-src 'none'; style-src ${digestOf(setupStyle)}; ${always}`;
const copyingPolicy = `default-src 'none'; style-src ${digestOf(setupStyle)}; script-src ${digestOf(copyScript)}; ${always}`;

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);

const mark = `<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"/><path d="M16 16 8 9M16 16l8-7M16 16v9" stroke-width="2.2" stroke-linecap="round"/><circle cx="16" cy="16" r="4.2"/><circle cx="8" cy="9" r="2.6"/><circle cx="24" cy="9" r="2.6"/><circle cx="16" cy="25" r="2.6"/></svg>`;

interface Layout {
  readonly title: string;
  readonly intro: string;
  readonly body: string;
  readonly wide?: boolean;
}

const layout = ({ title, intro, body, wide = false }: Layout): Page => ({
  csp: wide ? copyingPolicy : plainPolicy,
  html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · Topolo</title>
<style>${setupStyle}</style>
</head>
<body>
<main${wide ? ' class="wide"' : ""}>
<header>
${mark}
<div>
<h1>${title}</h1>
<p class="intro">${intro}</p>
</div>
</header>
<div class="panel">
${body}
</div>
</main>${wide ? `\n<script>${copyScript}</script>` : ""}
</body>
</html>
`,
});

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
export const setupFormPage = ({ token, email, name, issues }: SetupForm): Page => {
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
  return layout({
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
export const setupDonePage = ({ userId, dashboardOrigin, firstRunFile, isRecorded }: SetupDone): Page =>
  layout({
    title: "The administrator is ready",
    intro: "You are signed in. This page cannot be used again.",
    wide: true,
    body: `<p class="done" role="status">Your account was created.${isRecorded ? " It may also manage the platform’s own vendor keys, in the organization Topolo Administration." : ""}</p>
${dashboardOrigin === undefined ? "" : `<a class="wide-button" href="${escape(dashboardOrigin)}/">Open the dashboard</a>`}
${dashboardOrigin === undefined ? "" : firstCall(dashboardOrigin, firstRunFile)}
${isRecorded ? "" : setting(userId)}`,
  });

export const setupInvalidPage = (): Page =>
  layout({
    title: "This link is no longer valid",
    intro: "A set-up link works once, within one hour.",
    body: "<p>Run <code>npm run nexus -- bootstrap</code> on the machine, or start the server again, to print a new one.</p>",
  });

/** Shown when the link is opened again after the administrator was created. */
export const setupClosedPage = (dashboardOrigin: string | undefined): Page =>
  layout({
    title: "The first administrator exists",
    intro: "This link was used, and no other account can be created with it.",
    body: `<a class="wide-button" href="${dashboardOrigin === undefined ? "/sign-in" : `${escape(dashboardOrigin)}/`}">${dashboardOrigin === undefined ? "Sign in" : "Open the dashboard"}</a>
<p class="hint">If you did not create the account, stop the server and investigate.</p>`,
  });
