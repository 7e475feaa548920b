import { ai } from "../../../contracts/ai.ts";
import { mostInlineBytes } from "../../../contracts/ai/files.ts";
import { NexusError } from "../../../errors.ts";
import { fileInMemory } from "../../../platform/spooled-file.ts";
import {
  deleteFile,
  readContent,
  readFile,
  readFiles,
  storeFile,
  viewFile,
  type FilesDeps,
} from "../../files/index.ts";
import type { ProcedureContext } from "../init.ts";
import { declare, del, get, metered, post, router } from "../procedures.ts";

const filesOf = ({ deps: { gateway, management } }: ProcedureContext): FilesDeps => ({ gateway, deps: management });

const tooLarge = (): NexusError =>
  new NexusError("PAYLOAD_TOO_LARGE", {
    message: `A file of more than ${mostInlineBytes} bytes is read by GET /v1/files/{id}/content.`,
    details: { maxBytes: mostInlineBytes },
  });

const wholeOf = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > mostInlineBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** Files that vendors keep, so that calls can refer to them. Nothing of it is billed. */
export const aiFilesRouter = router({
  upload: metered(ai.uploadFile, post("/api/ai/files"))
    .input(ai.uploadFile.input)
    .output(ai.uploadFile.output)
    .mutation(async ({ ctx, input }) => {
      const { provider, filename, mediaType, purpose, expiresAfterSeconds, data } = input;
      const asked = { provider, filename, mediaType, purpose, expiresAfterSeconds };
      const file = await storeFile(filesOf(ctx), ctx.call, asked, fileInMemory(Buffer.from(data, "base64")));
      return viewFile(ctx.deps.gateway, file);
    }),

  list: declare({ ...ai.listFiles, rest: get("/api/ai/files") })
    .input(ai.listFiles.input)
    .output(ai.listFiles.output)
    .query(async ({ ctx, input: { provider: vendor, purpose, before: beyond, limit } }) => {
      const page = { vendor, purpose, beyond, limit, order: "newest" } as const;
      const { files, more } = await readFiles(filesOf(ctx), ctx.call, page);
      return { files: files.map((file) => viewFile(ctx.deps.gateway, file)), more };
    }),

  get: declare({ ...ai.getFile, rest: get("/api/ai/files/{fileId}") })
    .input(ai.getFile.input)
    .output(ai.getFile.output)
    .query(async ({ ctx, input }) => viewFile(ctx.deps.gateway, await readFile(filesOf(ctx), ctx.call, input.fileId))),

  delete: declare({ ...ai.deleteFile, rest: del("/api/ai/files/{fileId}"), lasting: false })
    .input(ai.deleteFile.input)
    .output(ai.deleteFile.output)
    .mutation(async ({ ctx, input }) => {
      const { file, atVendor } = await deleteFile(filesOf(ctx), ctx.call, input.fileId, input.unreachable);
      return { id: file.id, deleted: true, atVendor } as const;
    }),

  content: declare({ ...ai.fileContent, rest: get("/api/ai/files/{fileId}/content") })
    .input(ai.fileContent.input)
    .output(ai.fileContent.output)
    .query(async ({ ctx, input }) => {
      const { file, content } = await readContent(filesOf(ctx), ctx.call, input.fileId, ({ bytes }) => {
        if (bytes > mostInlineBytes) throw tooLarge();
      });
      const { filename, mediaType } = file;
      return { filename, mediaType, data: (await wholeOf(content.body)).toString("base64") };
    }),
});
