import { createHash } from "node:crypto";
import type { FieldIssue } from "../auth-error.ts";

export interface SetupForm {
  readonly token: string;
  readonly email: string;
  readonly name: string;
  readonly issues: readonly FieldIssue[];
}

interface Page {
  readonly html: string;
  readonly csp: string;
}

const style = `
:root { color-scheme: light dark; --ink: #16181d; --soft: #5a6070; --paper: #f6f7f9; --card: #fff; --line: #c9ceda; --accent: #2f4fd8; --on-accent: #fff; --bad: #b3261e; --good: #1a6b3c; }
@media (prefers-color-scheme: dark) { :root { --ink: #eceef3; --soft: #a3abbd; --paper: #101216; --card: #191c22; --line: #3b4150; --accent: #9db0ff; --on-accent: #0d1230; --bad: #ff9b93; --good: #7fdca4; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif; }
main { width: 100%; max-width: 27rem; background: var(--card); border: 1px solid var(--line); border-radius: .75rem; padding: 2rem; }
.brand { margin: 0; color: var(--soft); font-size: .875rem; }
h1 { margin: .25rem 0 .75rem; font-size: 1.5rem; line-height: 1.25; }
p { margin: 0 0 1rem; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input { width: 100%; padding: .625rem .75rem; font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--soft); border-radius: .5rem; }
input[aria-invalid="true"] { border-color: var(--bad); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.hint { margin: .25rem 0 0; color: var(--soft); font-size: .875rem; }
.error { margin: .25rem 0 0; color: var(--bad); font-size: .875rem; }
button { width: 100%; margin-top: 1.5rem; padding: .75rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 0; border-radius: .5rem; cursor: pointer; }
code { display: block; padding: .75rem; overflow-wrap: anywhere; background: var(--paper); border: 1px solid var(--line); border-radius: .5rem; font: .875rem/1.5 ui-monospace, monospace; }
.done { color: var(--good); }
`;

const styleHash = createHash("sha256").update(style).digest("base64");
const csp = `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`;

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (character) => escapes[character] ?? character);

const layout = (title: string, body: string): Page => ({
  csp,
  html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Topolo Auth</title>
<style>${style}</style>
</head>
<body>
<main>
<p class="brand">Topolo Auth</p>
<h1>${title}</h1>
${body}
</main>
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
  issues: readonly FieldIssue[],
  focus: boolean,
): string => {
  const issue = issues.find((found) => found.field === name);
  const described = [issue && `${name}-error`, hint && `${name}-hint`].filter(Boolean).join(" ");
  return `<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" value="${escape(value)}" required${focus ? " autofocus" : ""}${issue ? ' aria-invalid="true"' : ""}${described === "" ? "" : ` aria-describedby="${described}"`}>
${issue ? `<p class="error" id="${name}-error" role="alert">Please give ${escape(issue.expected)}.</p>` : ""}${hint ? `<p class="hint" id="${name}-hint">${hint}</p>` : ""}`;
};

/** The form in which the first administrator chooses name, address and password. */
export const setupFormPage = ({ token, email, name, issues }: SetupForm): Page => {
  const fields: readonly Field[] = [
    { name: "name", label: "Your name", type: "text", autocomplete: "name", value: name, hint: undefined },
    { name: "email", label: "E-mail address", type: "email", autocomplete: "username", value: email, hint: undefined },
    {
      name: "password",
      label: "Password",
      type: "password",
      autocomplete: "new-password",
      value: "",
      hint: "8 to 256 characters. A few words you can remember work well.",
    },
  ];
  const focused = fields.find((row) => issues.some((issue) => issue.field === row.name))?.name ?? "name";
  return layout(
    "Create the first administrator",
    `<p>This account administers the whole platform. The link you opened works once.</p>
<form method="post" action="/setup">
<input type="hidden" name="token" value="${escape(token)}">
${fields.map((row) => field(row, issues, row.name === focused)).join("\n")}
<button type="submit">Create administrator</button>
</form>`,
  );
};

/** What the administrator sees afterwards: the id for the gateway's configuration. */
export const setupDonePage = (userId: string): Page =>
  layout(
    "The administrator is ready",
    `<p class="done" role="status">Your account is made, and this page is closed for good.</p>
<p>To manage platform-default credentials, start the gateway with this setting:</p>
<p><code>NEXUS_PLATFORM_SUPER_ADMIN_USER_ID=${escape(userId)}</code></p>
<p>You can now sign in to the dashboard with your e-mail address and password.</p>`,
  );

export const setupInvalidPage = (): Page =>
  layout(
    "This link is no longer good",
    "<p>A set-up link works once and for one hour. Start the server again, or run its bootstrap command, to print a new one.</p>",
  );
