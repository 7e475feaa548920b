import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { readVideoContent } from "./read-video.ts";
import type { VideosDeps } from "./videos-deps.ts";

const place = /^\/v1\/videos\/([^/]+)\/content$/;

/** GET /v1/videos/{id}/content: a video as it comes, of any size. Whatever is in it, it is no page of this origin. */
export const createVideoContentDoor =
  (videos: VideosDeps) =>
  async ({ method, path, query }: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const [, id] = place.exec(path) ?? [];
    if (id === undefined)
      throw new NexusError("NOT_FOUND", {
        message: `There is no ${path.slice(0, 200)} here: videos are started by POST /api/ai/videos.`,
      });
    if (method !== "GET")
      throw new NexusError("METHOD_NOT_ALLOWED", {
        message: `${path.slice(0, 200)} answers to GET.`,
        details: { allow: ["GET"] },
      });
    const index = query.get("index") ?? "0";
    if (!/^\d{1,2}$/.test(index))
      throw new NexusError("INVALID_INPUT", { issues: [{ field: "index", expected: "a whole number from 0" }] });
    const { body } = await readVideoContent(videos, ctx, id, Number(index));
    return {
      status: 200,
      headers: {
        "content-type": "application/octet-stream",
        "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(`${id}.mp4`)}`,
        "x-content-type-options": "nosniff",
        "cache-control": "no-store",
        "x-request-id": ctx.requestId,
      },
      body,
    };
  };
