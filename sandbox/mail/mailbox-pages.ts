import type { StoredMail } from "./message-store.ts";

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

/** The text with its web addresses as links; everything else is escaped. */
const withLinks = (text: string): string =>
  text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, index) =>
      index % 2 === 1 ? `<a href="${escape(part)}" target="_blank" rel="noreferrer">${escape(part)}</a>` : escape(part),
    )
    .join("");

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(title)}</title>
<style>
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
table { width: 100%; border-collapse: collapse }
th, td { text-align: left; padding: 0.5rem; border-bottom: 1px solid #8886; vertical-align: top; overflow-wrap: anywhere }
iframe { width: 100%; height: 24rem; border: 1px solid #8886; border-radius: 6px; background: #fff }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; padding: 1rem; border: 1px solid #8886; border-radius: 6px }
dt { font-weight: 600 }
dd { margin: 0 0 0.5rem }
</style></head>
<body><main>
${body}
</main></body>
</html>
`;

const row = ({ id, to, subject, receivedAt }: StoredMail): string =>
  `<tr><td><a href="/mail/${id}">${escape(subject === "" ? "(no subject)" : subject)}</a></td><td>${escape(to.join(", "))}</td><td><time datetime="${receivedAt}">${receivedAt.slice(0, 19).replace("T", " ")} UTC</time></td></tr>`;

/** Everything in the mailbox, newest first. */
export function listPage(mails: readonly StoredMail[]): string {
  const list =
    mails.length === 0
      ? "<p>No mail yet. What Topolo sends in development arrives here and goes no further.</p>"
      : `<table><thead><tr><th scope="col">Subject</th><th scope="col">To</th><th scope="col">Received</th></tr></thead><tbody>${mails.map(row).join("")}</tbody></table>`;
  return page("Sandbox mailbox", `<h1>Sandbox mailbox</h1>\n${list}`);
}

/** One mail: its text with working links, and the way to its HTML part. */
export function mailPage({ id, from, to, subject, text, html, receivedAt, via, attachments }: StoredMail): string {
  const htmlPart = html === "" ? "" : `<iframe title="The HTML part" sandbox src="/mail/${id}/html"></iframe>`;
  const files = attachments.map(
    ({ filename, type, bytes }) => `<li>${escape(filename)} (${escape(type)}, ${bytes} bytes)</li>`,
  );
  return page(
    subject,
    `<p><a href="/mail">All mail</a></p>
<h1>${escape(subject)}</h1>
<dl><dt>From</dt><dd>${escape(from)}</dd><dt>To</dt><dd>${escape(to.join(", "))}</dd><dt>Received</dt><dd>${receivedAt}, by ${escape(via)}</dd></dl>
${text === "" ? "" : `<pre>${withLinks(text)}</pre>`}
${htmlPart}
${files.length === 0 ? "" : `<h2>Attachments</h2><ul>${files.join("")}</ul>`}
<p>${html === "" ? "" : `<a href="/mail/${id}/html">The HTML part alone</a> · `}<a href="/mail/${id}/source">The source</a></p>`,
  );
}
