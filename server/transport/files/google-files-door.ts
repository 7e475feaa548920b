import type { CallContext } from "../../contracts/call-context.ts";
import { NexusError } from "../../errors.ts";
import type { DoorReply, DoorRequest } from "../door-request.ts";
import { namedFileIn } from "../google/index.ts";
import { fileReply, methodNotHere, unreachableIn } from "./answer-files.ts";
import { deleteFile } from "./delete-file.ts";
import { fileIdIn, numberIn } from "./file-query.ts";
import type { FilesDeps } from "./files-deps.ts";
import { googleFile } from "./google-file.ts";
import { readFile, readFiles } from "./read-list.ts";

/** Some of Google's clients ask for `v1`. */
const place = /^\/v1(?:beta)?\//;

/** `/v1beta/files` of Google, whose uploads are `GoogleUploads`. */
export const createGoogleFilesDoor =
  (files: FilesDeps, origin: string) =>
  async (request: DoorRequest, ctx: CallContext): Promise<DoorReply> => {
    const { method, path, query } = request;
    const named = path.replace(place, "");
    if (named === "files") {
      if (method !== "GET") throw methodNotHere(request, "GET");
      const { files: found, more } = await readFiles(files, ctx, {
        vendor: undefined,
        purpose: undefined,
        beyond: fileIdIn(query, "pageToken"),
        order: "newest",
        limit: numberIn(query, "pageSize", { usual: 10, most: 100 }),
      });
      const last = found.at(-1);
      return fileReply(
        {
          files: found.map((file) => googleFile(file, origin)),
          ...(more && last !== undefined ? { nextPageToken: last.id } : {}),
        },
        ctx,
      );
    }
    const id = namedFileIn(named);
    if (id === undefined) throw new NexusError("NOT_FOUND", { message: `There is no ${named.slice(0, 200)} here.` });
    if (method === "GET") return fileReply(googleFile(await readFile(files, ctx, id), origin), ctx);
    if (method === "DELETE") {
      await deleteFile(files, ctx, id, unreachableIn(query));
      return fileReply({}, ctx);
    }
    throw methodNotHere(request, "GET", "DELETE");
  };
