import type { OutgoingEmail } from "../../../contracts/email-vendor.ts";
import type { SentMailbox } from "../../../contracts/email/mailbox.ts";

const named = ({ address, name = "" }: SentMailbox) => ({ address, name });

const encodedWord = /=\?[^\s?]+\?[bq]\?[^\s?]*\?=/i;

type EncodeWord = (text: string, encoding: "B", maxLength: number) => string;

/** Text that looks as if it were encoded (RFC 2047) would be decoded: it is encoded itself, so that it arrives as it is. */
const literal = (encodeWord: EncodeWord, text: string): string =>
  encodedWord.test(text) ? encodeWord(text, "B", 52) : text;

const literalHeaders = (encodeWord: EncodeWord, headers: OutgoingEmail["headers"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, /^x-/i.test(name) ? literal(encodeWord, value) : value]),
  );

/** Of a mail that only blind copies get: a group without members (RFC 5322, 3.4). */
const undisclosed = "undisclosed-recipients:;";

/** The message that a mail is: nothing in it may name a file or an address to read from, and blind copies stand in no header. */
export const composeMessage = async (mail: OutgoingEmail): Promise<Buffer> => {
  const [{ default: MailComposer }, { encodeWord }] = await Promise.all([
    import("nodemailer/lib/mail-composer"),
    import("nodemailer/lib/mime-funcs"),
  ]);
  const { messageId, from, to, cc, replyTo, subject, text, html, attachments, headers } = mail;
  const composer = new MailComposer({
    messageId,
    from: named(from),
    to: to.length + cc.length === 0 ? undisclosed : to.map(named),
    cc: cc.map(named),
    ...(replyTo === undefined ? {} : { replyTo: named(replyTo) }),
    subject: literal(encodeWord, subject),
    ...(text === undefined ? {} : { text }),
    ...(html === undefined ? {} : { html }),
    attachments: attachments.map(({ filename, content, contentType, contentId }) => ({
      filename,
      content: Buffer.from(content, "base64"),
      ...(contentType === undefined ? {} : { contentType }),
      ...(contentId === undefined ? {} : { cid: contentId }),
    })),
    headers: literalHeaders(encodeWord, headers),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return new Promise((resolve, reject) => {
    composer.compile().build((error, message) => (error ? reject(error) : resolve(message)));
  });
};
