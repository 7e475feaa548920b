/** The text of an e-mail; nothing that an anonymous caller typed belongs in it. */
export interface EmailTemplate {
  readonly subject: string;
  readonly paragraphs: readonly string[];
  /** The one thing to do. */
  readonly action?: { readonly label: string; readonly url: string };
  /** After the action: what else is good to know. */
  readonly closing?: readonly string[];
}

const escapes: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const escape = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

const paragraph = (text: string): string => `<p style="margin:0 0 16px">${escape(text)}</p>`;

const button = ({ label, url }: NonNullable<EmailTemplate["action"]>): string => {
  const href = escape(url);
  return `<p style="margin:0 0 16px"><a href="${href}" style="display:inline-block;padding:12px 20px;border-radius:6px;background:#1a4fd6;color:#ffffff;font-weight:600;text-decoration:none">${escape(label)}</a></p>
<p style="margin:0 0 16px">If the button does not work, copy this address into your browser:<br><a href="${href}" style="color:#1a4fd6;word-break:break-all">${href}</a></p>`;
};

const signature = "Topolo";

/** The mail as plain text and as HTML that needs no images, no styles of its own and no tracking. */
export const composeEmail = ({
  subject,
  paragraphs,
  action,
  closing = [],
}: EmailTemplate): { readonly subject: string; readonly text: string; readonly html: string } => {
  const oneLine = subject.replaceAll(/\s+/g, " ").trim();
  return {
    subject: oneLine,
    text: `${[...paragraphs, ...(action ? [`${action.label}:\n${action.url}`] : []), ...closing, signature].join("\n\n")}\n`,
    html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escape(oneLine)}</title></head>
<body style="margin:0;padding:24px;background:#ffffff;color:#1b1f24;font:16px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif">
<main style="max-width:560px;margin:0 auto">
<h1 style="margin:0 0 16px;font-size:20px">${escape(oneLine)}</h1>
${[...paragraphs.map(paragraph), ...(action ? [button(action)] : []), ...closing.map(paragraph), paragraph(signature)].join("\n")}
</main>
</body>
</html>
`,
  };
};
