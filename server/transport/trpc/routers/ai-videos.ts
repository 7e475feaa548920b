import { ai } from "../../../contracts/ai.ts";
import { mostInlineBytes } from "../../../contracts/ai/files.ts";
import { NexusError } from "../../../errors.ts";
import type { FilesDeps } from "../../files/index.ts";
import { cancelVideo, readVideo, readVideoContent, readVideos, startVideo, viewVideo } from "../../videos/index.ts";
import type { ProcedureContext } from "../init.ts";
import { declare, get, metered, post, router } from "../procedures.ts";

const depsOf = ({ deps: { gateway, management } }: ProcedureContext): FilesDeps => ({ gateway, deps: management });

const wholeVideo = async (body: AsyncIterable<Uint8Array>): Promise<Buffer> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > mostInlineBytes)
      throw new NexusError("PAYLOAD_TOO_LARGE", {
        message: `A video of more than ${mostInlineBytes} bytes is read by GET /v1/videos/{id}/content.`,
        details: { maxBytes: mostInlineBytes },
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** Videos, which their vendors take minutes to make. */
export const aiVideosRouter = router({
  start: metered(ai.startVideo, post("/api/ai/videos"))
    .input(ai.startVideo.input)
    .output(ai.startVideo.output)
    .mutation(async ({ ctx, input }) => viewVideo(await startVideo(depsOf(ctx), ctx.call, input))),

  list: declare({ ...ai.listVideos, rest: get("/api/ai/videos") })
    .input(ai.listVideos.input)
    .output(ai.listVideos.output)
    .query(async ({ ctx, input: { provider: vendor, before: beyond, limit } }) => {
      const { videos, more } = await readVideos(depsOf(ctx), ctx.call, { vendor, beyond, limit });
      return { videos: videos.map(viewVideo), more };
    }),

  get: declare({ ...ai.getVideo, rest: get("/api/ai/videos/{videoId}") })
    .input(ai.getVideo.input)
    .output(ai.getVideo.output)
    .query(async ({ ctx, input }) => viewVideo(await readVideo(depsOf(ctx), ctx.call, input.videoId))),

  content: declare({ ...ai.videoContent, rest: get("/api/ai/videos/{videoId}/content") })
    .input(ai.videoContent.input)
    .output(ai.videoContent.output)
    .query(async ({ ctx, input: { videoId, index } }) => {
      const { mediaType, body } = await readVideoContent(depsOf(ctx), ctx.call, videoId, index);
      return { mediaType, data: (await wholeVideo(body)).toString("base64") };
    }),

  cancel: declare({ ...ai.cancelVideo, rest: post("/api/ai/videos/{videoId}/cancel"), lasting: false })
    .input(ai.cancelVideo.input)
    .output(ai.cancelVideo.output)
    .mutation(async ({ ctx, input }) => viewVideo(await cancelVideo(depsOf(ctx), ctx.call, input.videoId))),
});
