import { z } from "zod";
import { fileStates } from "../ai-vendor-files.ts";
import { credentialTiers } from "../units.ts";
import { FileId, text } from "./parts.ts";

/** Names that look like a path mean one thing here and another elsewhere. The characters are those that Anthropic refuses. */
const unfitName = /[<>:"|?*\\/\p{Cc}\p{Cs}]|^\.{1,2}$/u;

/** The name of a file, without a path. */
export const Filename = z
  .string()
  .min(1)
  .max(255)
  .refine((name) => !unfitName.test(name), {
    error: 'a name without a path: none of < > : " | ? * \\ / or control characters',
  });

export const FileMediaType = z
  .string()
  .max(128)
  .regex(/^[a-z0-9][a-z0-9!#$&^_.+-]*\/[a-z0-9][a-z0-9!#$&^_.+-]*$/, {
    error: "an IANA media type, such as application/pdf",
  });

export const FilePurpose = z
  .string()
  .max(32)
  .regex(/^[a-z][a-z_-]*$/, { error: "a purpose, such as user_data" });

export const FileLifetime = z
  .int()
  .min(1)
  .max(10 * 365 * 86_400);

/** Larger ones are streamed, at `/v1/files`. */
export const mostInlineBytes = 12_000_000;

export const UploadFileInput = z.strictObject({
  provider: text(64).describe("The vendor that is to keep it, such as openai: models of that vendor can read it"),
  filename: Filename,
  mediaType: FileMediaType.describe("IANA media type"),
  data: z
    .base64()
    .min(1)
    .max(16_000_000)
    .describe("Base64; files above 12 MB go to POST /v1/files, which streams them"),
  purpose: FilePurpose.optional().describe("What the vendor is told that it is for; user_data where absent"),
  expiresAfterSeconds: FileLifetime.optional().describe(
    "The vendor deletes it then; kept until it is deleted where absent",
  ),
});
export type UploadFileInput = z.infer<typeof UploadFileInput>;

export const FileView = z.object({
  id: z.string().describe("By which calls refer to it"),
  provider: z.string().describe("The vendor that keeps it"),
  filename: z.string().describe("Its name, without a path"),
  mediaType: z.string().describe("IANA media type, as its uploader told it"),
  bytes: z.int().describe("How large it is"),
  purpose: z.string().describe("What the vendor was told that it is for"),
  credentialTier: z.enum(credentialTiers).describe("Whose credential it was uploaded with; no other reaches it"),
  available: z.boolean().describe("False where that credential was deleted or disabled, or may not pay any more"),
  state: z
    .enum(fileStates)
    .describe("Whether calls can refer to it: its vendor looks into films first, and may find that it cannot read one"),
  seconds: z.number().nullable().describe("How long a recording plays; null where that is not known"),
  appId: z.string().nullable().describe("The app that uploaded it"),
  userId: z.string().nullable().describe("The person for whom it was uploaded"),
  createdAt: z.iso.datetime().describe("When it was uploaded"),
  expiresAt: z.iso.datetime().nullable().describe("When the vendor deletes it"),
});
export type FileView = z.infer<typeof FileView>;

export const FileOfInput = z.strictObject({ fileId: FileId.describe("By which `ai.files.upload` answered it") });
export type FileOfInput = z.infer<typeof FileOfInput>;

/** What becomes of a file whose credential is gone, so that its vendor cannot be asked. */
export const Unreachable = z.enum(["refuse", "forget"]);
export type Unreachable = z.infer<typeof Unreachable>;

export const DeleteFileInput = FileOfInput.extend({
  unreachable: Unreachable.default("refuse").describe(
    "Where the credential that holds it is gone: refuse, or forget it here; the vendor then keeps what it has",
  ),
});
export type DeleteFileInput = z.infer<typeof DeleteFileInput>;

export const ListFilesInput = z.strictObject({
  provider: text(64).optional().describe("Those of this vendor alone"),
  purpose: FilePurpose.optional().describe("Those that were uploaded for this alone"),
  before: FileId.optional().describe("Files older than this one"),
  limit: z.int().min(1).max(1_000).default(50).describe("At most so many"),
});
export type ListFilesInput = z.infer<typeof ListFilesInput>;

export const ListFilesOutput = z.object({
  files: z.array(FileView).describe("The organization's files, newest first"),
  more: z.boolean().describe("There are older ones: ask for those before the last"),
});
export type ListFilesOutput = z.infer<typeof ListFilesOutput>;

export const DeletedFile = z.object({
  id: z.string().describe("Of the file that is no more"),
  deleted: z.literal(true).describe("Nothing refers to it any more"),
  atVendor: z.boolean().describe("It is deleted at its vendor, too; false where it could only be forgotten"),
});
export type DeletedFile = z.infer<typeof DeletedFile>;

export const FileContent = z.object({
  filename: z.string().describe("Its name, without a path"),
  mediaType: z.string().describe("IANA media type"),
  data: z.string().describe("Base64; files above 12 MB are streamed by GET /v1/files/{id}/content"),
});
export type FileContent = z.infer<typeof FileContent>;
