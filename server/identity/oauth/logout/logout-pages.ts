import type { HttpAnswer } from "../../http/exchange.ts";
import { escapeHtml } from "../../http/escape-html.ts";
import { plainPage, type PlainPage } from "../../http/plain-page.ts";

const passedOn = ["client_id", "post_logout_redirect_uri", "state"];

const answer = (status: number, { html, csp }: PlainPage): HttpAnswer => ({
  status,
  html,
  headers: { "Content-Security-Policy": csp },
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
  return answer(
    200,
    plainPage({
      title: "Sign out?",
      intro: `An app asks to sign you out. You are signed in as ${email}.`,
      // The form's answer leads on to the app.
      formAction: "'self' *",
      body: `<form method="post" action="/oauth/logout">
${inputs.join("\n")}
<button class="wide-button" type="submit">Sign out</button>
</form>
<p class="hint"><a href="/">Stay signed in</a></p>`,
    }),
  );
};

/** Says what is wrong; the browser goes nowhere. */
export const refusalPage = (reason: string): HttpAnswer =>
  answer(
    400,
    plainPage({
      title: "Sign-out cannot continue",
      intro: reason,
      body: '<a class="wide-button" href="/">To the start</a>',
    }),
  );
