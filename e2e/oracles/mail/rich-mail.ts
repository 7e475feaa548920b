import PostalMime from "postal-mime";
import { outgoingMail } from "../../../test/mail-bench.ts";

const references = Array.from({ length: 12 }, (_, at) => `<message-${at}-${"x".repeat(40)}@example.org>`).join(" ");
/** Each byte there is, many times over, and lines that mean something to SMTP. */
const bytes = Buffer.concat([
  Buffer.from([0, 13, 10, 46, 13, 10, 255]),
  Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 31) % 256)),
]);

/** A mail of all that is hard to carry: scripts, long headers, names with commas, dots alone in a line, files. */
export const richMail = outgoingMail({
  from: { address: "app@xn--bcher-kva.example", name: 'Äpp "Quote", Ltd. <x>' },
  to: [{ address: "ann@example.org", name: "Ann, the 2nd" }],
  bcc: [{ address: "secret@example.org", name: undefined }],
  replyTo: { address: "answers@example.com", name: "答え" },
  subject: `Größe ${"– 日本 ".repeat(60)}`.trim(),
  text: `.\n..\nline\n${"long ".repeat(400)}end\n.`,
  html: '<p>Ü</p><img src="cid:logo@x">',
  headers: { "X-Nexus-Operation": "0190-operation", References: references },
  attachments: [
    { filename: "Größe – 日本.pdf", content: bytes.toString("base64"), contentType: "application/pdf" },
    { filename: `${"long-name-".repeat(12)}.txt`, content: "", contentType: "text/plain" },
  ],
});

/** What a reader of mail makes of a message, as far as its sender asked for it. */
export const readMail = async (message: Buffer) => {
  const parsed = await PostalMime.parse(message);
  const headerOf = (name: string): readonly string[] =>
    parsed.headers.filter(({ key }) => key === name).map(({ value }) => value.replaceAll(/\s+/g, " "));
  return {
    from: parsed.from,
    to: parsed.to,
    replyTo: parsed.replyTo,
    subject: parsed.subject,
    messageId: parsed.messageId,
    text: parsed.text?.replaceAll("\r\n", "\n").trimEnd(),
    html: parsed.html?.trim(),
    references: headerOf("references"),
    operation: headerOf("x-nexus-operation"),
    tellsBlindCopies: parsed.headers.some(({ key, value }) => key === "bcc" || value.includes("secret@")),
    files: parsed.attachments.map(({ filename, mimeType, content }) => ({
      filename,
      contentType: mimeType,
      content: typeof content === "string" ? content : Buffer.from(new Uint8Array(content)).toString("base64"),
    })),
  };
};

/** What `readMail` is to find in `richMail`. */
export const whatArrives = {
  from: richMail.from,
  to: richMail.to,
  replyTo: [richMail.replyTo],
  subject: richMail.subject,
  messageId: richMail.messageId,
  text: richMail.text,
  html: richMail.html,
  references: [references],
  operation: ["0190-operation"],
  tellsBlindCopies: false,
  files: richMail.attachments.map(({ filename, contentType, content }) => ({ filename, contentType, content })),
};
