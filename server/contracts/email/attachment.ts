import { z } from "zod";

/** Decoded, of all attachments together: encoded they fit the ten megabytes that most servers take. */
export const maxAttachmentBytes = 7 * 1024 * 1024;

/** What mail systems refuse or people should not be sent, by the ending of the name. */
const executable =
  /\.(ade|adp|apk|app|appx|bat|chm|cmd|com|cpl|dll|dmg|exe|hta|img|ins|iso|isp|jar|js|jse|lib|lnk|mde|msc|msi|msp|mst|nsh|pif|ps1|reg|scr|sct|shb|sys|vb|vbe|vbs|vhd|vhdx|vxd|wsc|wsf|wsh|xll)[. ]*$/i;
const executableType =
  /^application\/(x-(msdownload|ms-installer|msi|executable|dosexec|sh|bat|java-applet|apple-diskimage)|java-archive|vnd\.microsoft\.portable-executable|hta)$/i;

const fileName = z
  .string()
  .min(1)
  .max(255)
  .regex(/^[^\p{Cc}\u2028\u2029/\\]*$/u, { error: "a file's name without separators or control characters" })
  .refine((name) => !/^\.+$/.test(name), { error: "a file's name" })
  .refine((name) => !executable.test(name), { error: "a file that is no program" });

const base64Signs = /^[A-Za-z0-9+/]*={0,2}$/;

/** A file that travels in the mail. */
export const Attachment = z.strictObject({
  filename: fileName,
  content: z
    .string()
    .min(1)
    .max(Math.ceil(maxAttachmentBytes / 3) * 4)
    .refine((text) => text.length % 4 === 0 && base64Signs.test(text), {
      error: "base64 with its padding, without line breaks",
    })
    .describe("The file's bytes in base64"),
  contentType: z
    .string()
    .max(127)
    .regex(/^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/i, { error: "a media type, type/subtype" })
    .refine((type) => !executableType.test(type), { error: "a type that is no program" })
    .optional()
    .describe("By the file's name where it is left out"),
  contentId: z
    .string()
    .max(100)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._@-]*$/, { error: "letters, digits and . _ @ -" })
    .optional()
    .describe('For an image in the text: `<img src="cid:…">`'),
});
export type Attachment = z.infer<typeof Attachment>;

/** Bytes of a file, by its base64. */
export const decodedBytes = ({ content }: Pick<Attachment, "content">): number =>
  (content.length / 4) * 3 - (content.endsWith("==") ? 2 : content.endsWith("=") ? 1 : 0);
