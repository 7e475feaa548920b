import { createHash } from "node:crypto";
import { escapeHtml } from "./escape-html.ts";
import { copyScript, plainPageStyle } from "./plain-page-style.ts";

/** A page that needs no other file and no other process, with the policy it has to be sent with. */
export interface PlainPage {
  readonly html: string;
  readonly csp: string;
}

interface Content {
  readonly title: string;
  readonly intro: string;
  /** As HTML. */
  readonly body: string;
  /** With room for samples, and buttons that copy them. */
  readonly wide?: boolean;
  /** Where forms may lead, redirects included. */
  readonly formAction?: string;
}

const digestOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const styleSource = `style-src ${digestOf(plainPageStyle)}`;
const scriptSource = `script-src ${digestOf(copyScript)}`;

const mark = `<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="8"/><path d="M16 16 8 9M16 16l8-7M16 16v9" stroke-width="2.2" stroke-linecap="round"/><circle cx="16" cy="16" r="4.2"/><circle cx="8" cy="9" r="2.6"/><circle cx="24" cy="9" r="2.6"/><circle cx="16" cy="25" r="2.6"/></svg>`;

/** Lays a page out as Auth's other pages are. */
export const plainPage = ({ title, intro, body, wide = false, formAction = "'self'" }: Content): PlainPage => ({
  csp: `default-src 'none'; ${styleSource}; ${wide ? `${scriptSource}; ` : ""}form-action ${formAction}; frame-ancestors 'none'; base-uri 'none'`,
  html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · Topolo</title>
<style>${plainPageStyle}</style>
</head>
<body>
<main${wide ? ' class="wide"' : ""}>
<header>
${mark}
<div>
<h1>${escapeHtml(title)}</h1>
<p class="intro">${escapeHtml(intro)}</p>
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
