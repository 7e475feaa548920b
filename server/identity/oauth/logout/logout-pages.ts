import type { HttpAnswer } from "../../http/exchange.ts";
import { escapeHtml } from "../../http/escape-html.ts";

const passedOn = ["client_id", "post_logout_redirect_uri", "state"];

const html = (status: number, title: string, body: string): HttpAnswer => ({
  status,
  html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title></head>
<body>
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`,
  headers: {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self' *",
  },
});

interface Confirm {
  readonly email: string;
  readonly confirmation: string;
  readonly form: URLSearchParams;
}

/** Asks the person, where nothing shows that the app may end the session. */
export const confirmPage = ({ email, confirmation, form }: Confirm): HttpAnswer => {
  const fields = passedOn.flatMap((name) => (form.has(name) ? [[name, form.get(name) ?? ""] as const] : []));
  const inputs = [...fields, ["confirm", confirmation] as const].map(
    ([name, value]) => `<input type="hidden" name="${name}" value="${escapeHtml(value)}">`,
  );
  return html(
    200,
    "Sign out?",
    `<p>An app asks to sign you out. You are signed in as ${escapeHtml(email)}.</p>
<form method="post" action="/oauth/logout">
${inputs.join("\n")}
<button type="submit">Sign out</button>
</form>
<p><a href="/">Stay signed in</a></p>`,
  );
};

/** Says what is wrong; the browser goes nowhere. */
export const refusalPage = (reason: string): HttpAnswer =>
  html(400, "Sign-out cannot continue", `<p>${escapeHtml(reason)}</p>`);
